#pragma once

#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace arcadeq {

// An error that the user can fix: a bad setting, a missing or damaged file, too little memory. The
// message is one line that says what is wrong and what would be right. main() prints it and exits
// with code 2; every other exception is a bug.
class UserError : public std::runtime_error {
 public:
  // Escapes control characters as \xHH, so that text from files and command lines can neither break
  // the line nor control the terminal.
  explicit UserError(std::string_view message);
};

template <typename... Args>
[[noreturn]] void ThrowUserError(fmt::format_string<Args...> format, Args&&... args) {
  throw UserError(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace arcadeq
