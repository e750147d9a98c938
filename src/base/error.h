#pragma once

#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace arcadeq {

// Something the person at the keyboard can put right: a bad setting, a missing or damaged file, too
// little memory. The message is one line that says what is wrong and what would be right. main()
// prints it and exits with code 2; every other exception is a fault of ours.
class UserError : public std::runtime_error {
 public:
  // What a file or a command line brings into the message stays on the one line, and commands no
  // terminal: control characters are written as \xHH.
  explicit UserError(std::string_view message);
};

template <typename... Args>
[[noreturn]] void ThrowUserError(fmt::format_string<Args...> format, Args&&... args) {
  throw UserError(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace arcadeq
