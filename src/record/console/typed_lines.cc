#include "record/console/typed_lines.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/start_thread.h"
#include "record/console/terminal.h"

namespace arcadeq {
namespace {

constexpr std::chrono::milliseconds kPeriod{100};
// Of a line; the rest is ignored.
constexpr std::size_t kMaxLength = 80;

std::string WithoutBlanks(const std::string& text) {
  constexpr const char* kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

TypedLines::TypedLines(int descriptor, std::function<void(const std::string&)> handle)
    // What poll() has announced may be gone before it is read, flushed by Ctrl-C: the read must not
    // block. O_NONBLOCK would affect every process that shares the descriptor, so this opens the
    // terminal once more.
    : opened_(fmt::format("/proc/self/fd/{}", descriptor),
              O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
      descriptor_(opened_.get() < 0 ? descriptor : opened_.get()),
      handle_(std::move(handle)) {
  // It receives no SIGTTIN either: should the process go into the background just before it reads,
  // the read fails.
  thread_ = StartThread("what is typed", [this] { Work(); });
}

TypedLines::~TypedLines() {
  ending_ = true;
  thread_.join();
}

void TypedLines::Work() {
  std::string line;
  bool open = true;
  while (open && !ending_) {
    if (!InForeground(descriptor_)) {
      std::this_thread::sleep_for(kPeriod);
      continue;
    }
    pollfd wait{descriptor_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(kPeriod.count())) > 0) open = Read(line);
  }
}

bool TypedLines::Read(std::string& line) {
  std::array<char, 256> buffer;
  const ssize_t got = read(descriptor_, buffer.data(), buffer.size());
  if (got < 0) {
    if (errno == EINTR || errno == EAGAIN) return true;
    // A read in the background fails like one of a terminal that is gone.
    return errno == EIO && !InForeground(descriptor_);
  }
  for (ssize_t i = 0; i < got; ++i) {
    const char c = buffer[static_cast<std::size_t>(i)];
    if (c != '\n') {
      if (line.size() < kMaxLength) line += c;
      continue;
    }
    handle_(WithoutBlanks(line));
    line.clear();
  }
  return got > 0;
}

}  // namespace arcadeq
