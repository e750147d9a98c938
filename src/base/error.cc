#include "base/error.h"

#include <stdexcept>
#include <string_view>

#include "base/one_line.h"

namespace arcadeq {

UserError::UserError(std::string_view message) : std::runtime_error(OneLine(message)) {}

}  // namespace arcadeq
