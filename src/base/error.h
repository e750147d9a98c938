#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace arcadeq {

// Something the person at the keyboard can put right: a bad setting, a missing or damaged file, too
// little memory. The message is one line that says what is wrong and what would be right. main()
// prints it and exits with code 2; every other exception is a fault of ours.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <typename... Args>
[[noreturn]] void ThrowUserError(fmt::format_string<Args...> format, Args&&... args) {
  throw UserError(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace arcadeq
