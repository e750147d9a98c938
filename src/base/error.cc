#include "base/error.h"

#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace arcadeq {
namespace {

std::string OneLine(std::string_view message) {
  std::string line;
  for (const char c : message) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", code);
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace

UserError::UserError(std::string_view message) : std::runtime_error(OneLine(message)) {}

}  // namespace arcadeq
