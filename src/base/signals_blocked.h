#pragma once

#include <signal.h>

namespace arcadeq {

// Threads started during the life of this object receive no signals; the main thread handles them.
// That includes SIGPIPE, so that a closed stdout is an error that its writer can ignore.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace arcadeq
