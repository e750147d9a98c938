#include "sweep/run_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/decimal.h"
#include "base/environment.h"
#include "base/file_descriptor.h"
#include "base/processors.h"

namespace arcadeq {
namespace {

// The process id of the sweep, for its children.
constexpr const char* kParentVariable = "ARCADEQ_SWEEP_PROCESS";
// How main() begins the line that reports an error.
constexpr std::string_view kErrorPrefix = "arcadeq: ";

constexpr std::uint64_t kLongestTail = 64 << 10;

FileDescriptor OpenLog(const std::filesystem::path& path) {
  FileDescriptor log(path, O_RDWR | O_CREAT | O_APPEND);
  if (log.get() < 0) ThrowSystemError("write", path, errno);
  return log;
}

FileDescriptor MakeMemoryFile() {
  const int descriptor = memfd_create("output", MFD_CLOEXEC);
  if (descriptor < 0) ThrowSystemError("make", "a file in memory", errno);
  return FileDescriptor(descriptor);
}

std::uint64_t SizeOf(int descriptor) {
  struct stat status = {};
  return fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::string ReadFrom(int descriptor, std::uint64_t begin) {
  const std::uint64_t size = SizeOf(descriptor);
  std::string text(size > begin ? size - begin : 0, '\0');
  std::size_t got = 0;
  if (lseek(descriptor, static_cast<off_t>(begin), SEEK_SET) >= 0) {
    ReadAll(descriptor, std::as_writable_bytes(std::span(text)), got);
  }
  text.resize(got);
  return text;
}

ChildProcess Start(std::vector<std::string> arguments, const ChildStreams& streams,
                   std::optional<int> processor) {
  setenv(kParentVariable, fmt::format("{}", getpid()).c_str(), 1);
  std::optional<ProcessorPin> pin;
  if (processor) pin.emplace(*processor);
  return ChildProcess("/proc/self/exe", std::move(arguments), streams);
}

}  // namespace

RunProcess::RunProcess(std::vector<std::string> arguments, const std::filesystem::path& log,
                       bool capture, std::optional<int> processor)
    : log_(log),
      log_file_(OpenLog(log)),
      log_begin_(SizeOf(log_file_.get())),
      output_(capture ? MakeMemoryFile() : FileDescriptor(-1)),
      child_(Start(std::move(arguments),
                   {.output = capture ? output_.get() : log_file_.get(), .error = log_file_.get()},
                   processor)) {}

std::string RunProcess::Failure() const {
  if (child_.exit_code() == 0) return "";
  if (child_.signal() != 0) {
    return fmt::format("ended by signal {} ({})", child_.signal(), strsignal(child_.signal()));
  }
  const std::uint64_t size = SizeOf(log_file_.get());
  const std::uint64_t begin =
      std::max(log_begin_, size > kLongestTail ? size - kLongestTail : std::uint64_t{0});
  const std::string words = LastWords(ReadFrom(log_file_.get(), begin));
  return words.empty() ? fmt::format("it printed nothing; see {}", log_.string()) : words;
}

std::string RunProcess::Output() const {
  return ReadFrom(output_.get(), 0);
}

std::string LastWords(std::string_view printed) {
  std::string_view last;
  bool is_error = false;
  while (!printed.empty()) {
    const std::string_view line = printed.substr(0, printed.find('\n'));
    printed.remove_prefix(std::min(line.size() + 1, printed.size()));
    const bool tells = line.starts_with(kErrorPrefix);
    if (line.empty() || (is_error && !tells)) continue;
    last = line;
    is_error = tells;
  }
  return std::string(is_error ? last.substr(kErrorPrefix.size()) : last);
}

void EndWithSweep() {
  std::int64_t parent = 0;
  if (!ParseDecimal(EnvironmentVariable(kParentVariable), parent)) return;
  unsetenv(kParentVariable);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) raise(SIGTERM);  // the parent ended before the prctl()
}

}  // namespace arcadeq
