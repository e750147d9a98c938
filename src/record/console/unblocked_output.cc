#include "record/console/unblocked_output.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

// How long a slow reader gets to catch up, and how often at most.
constexpr std::chrono::milliseconds kPatience{100};
constexpr std::chrono::seconds kPatiencePeriod{1};

// Opens the same pipe or terminal for non-blocking writes. Making `descriptor` itself non-blocking
// would affect every process that shares it, such as the shell.
FileDescriptor OpenWithoutWaiting(int descriptor) {
  struct stat status = {};
  const bool can_stall =
      fstat(descriptor, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
  if (!can_stall) return FileDescriptor(-1);
  return FileDescriptor(fmt::format("/proc/self/fd/{}", descriptor),
                        O_WRONLY | O_NONBLOCK | O_NOCTTY);
}

}  // namespace

UnblockedOutput::UnblockedOutput(std::FILE* out)
    : own_(OpenWithoutWaiting(fileno(out))),
      descriptor_(own_.get() >= 0 ? own_.get() : fileno(out)) {
  std::fflush(out);
}

bool UnblockedOutput::Ready() {
  WriteRest();
  return rest_.empty() && Writable();
}

void UnblockedOutput::Write(std::string_view text) {
  rest_ += text;
  WriteRest();
}

// A terminal shows the text of one write at once. If the descriptor is the caller's own, a write
// could block; PIPE_BUF bytes fit into a writable pipe.
void UnblockedOutput::WriteRest() {
  const std::size_t at_once = own_.get() >= 0 ? SSIZE_MAX : PIPE_BUF;
  std::string_view text = rest_;
  while (!text.empty() && Writable()) {
    const ssize_t written = write(descriptor_, text.data(), std::min(text.size(), at_once));
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) break;
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : text.size());
  }
  rest_.erase(0, rest_.size() - text.size());
}

bool UnblockedOutput::Writable() {
  pollfd descriptor{descriptor_, POLLOUT, 0};
  if (poll(&descriptor, 1, 0) != 0) return true;
  const Clock::time_point now = Clock::now();
  if (now < next_patience_) return false;
  next_patience_ = now + kPatiencePeriod;
  return poll(&descriptor, 1, static_cast<int>(kPatience.count())) != 0;
}

}  // namespace arcadeq
