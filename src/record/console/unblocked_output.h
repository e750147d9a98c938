#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"

namespace arcadeq {

// Writes to a file, a pipe or a terminal without ever waiting for its reader. Drops output that
// cannot be written at all (a closed pipe, a full disk); SIGPIPE must be blocked.
class UnblockedOutput {
 public:
  // Flushes `out`, whose buffer later writes bypass. It must stay open.
  explicit UnblockedOutput(std::FILE* out);

  int descriptor() const { return descriptor_; }

  // Whether everything has been written and more can be. If not, may give a slow reader a moment
  // to catch up, but seldom.
  bool Ready();
  // Call only if Ready(). What the reader does not accept at once waits for the next call.
  void Write(std::string_view text);
  // Writes what is waiting, as far as the reader accepts it.
  void WriteRest();

 private:
  using Clock = std::chrono::steady_clock;

  bool Writable();

  const FileDescriptor own_;
  const int descriptor_;
  std::string rest_;  // not yet written
  Clock::time_point next_patience_{};
};

}  // namespace arcadeq
