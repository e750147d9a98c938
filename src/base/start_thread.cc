#include "base/start_thread.h"

#include <functional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <signal.h>

#include "base/error.h"

namespace arcadeq {
namespace {

// Threads inherit the signals that are blocked when they are started.
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

}  // namespace

std::thread StartThread(std::string_view purpose, std::function<void()> work) {
  const SignalsBlocked signals_blocked;
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error& error) {
    ThrowUserError("cannot start a thread for {}: {}", purpose, error.what());
  }
}

}  // namespace arcadeq
