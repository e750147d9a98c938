#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace arcadeq {

// What the UserError says that `action` throws; empty if it throws none. One that says nothing is
// passed on, as any other exception is.
template <typename Action>
std::string RefusalOf(Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const UserError& error) {
    std::string message = error.what();
    if (message.empty()) throw;
    return message;
  }
  return "";
}

}  // namespace arcadeq
