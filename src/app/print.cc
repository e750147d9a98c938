#include "app/print.h"

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "base/error.h"
#include "base/one_line.h"
#include "record/console/terminal.h"

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
  if (std::fflush(stdout) != 0) Fail();
  if (std::ferror(stdout) != 0) {
    ThrowUserError("cannot write to stdout: earlier output is lost");
  }
}

bool StdoutHasColours() {
  return isatty(STDOUT_FILENO) != 0 && StyleOfTerminal().colours;
}

void PrintError(std::string_view text) {
  const std::string line = fmt::format("arcadeq: {}\n", OneLine(text));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace arcadeq
