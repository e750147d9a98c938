#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace arcadeq {

// The message of the UserError that `action` throws; empty if it throws none. Rethrows a UserError
// without a message and any other exception.
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
