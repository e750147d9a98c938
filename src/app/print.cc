#include "app/print.h"

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "base/environment.h"
#include "base/error.h"

namespace arcadeq {
namespace {

[[noreturn]] void Fail() {
  ThrowUserError("cannot write to stdout: {}", std::generic_category().message(errno));
}

}  // namespace

void PrintText(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) Fail();
}

void FlushOutput() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) Fail();
}

bool StdoutHasColours() {
  return isatty(STDOUT_FILENO) != 0 && EnvironmentVariable("TERM") != "dumb" &&
         EnvironmentVariable("NO_COLOR").empty();
}

void PrintError(std::string_view text) {
  const std::string line = fmt::format("arcadeq: {}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace arcadeq
