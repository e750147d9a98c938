#include "base/one_line.h"

#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace arcadeq {

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", code);
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace arcadeq
