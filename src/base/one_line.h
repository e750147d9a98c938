#pragma once

#include <string>
#include <string_view>

namespace arcadeq {

// The text with its control characters as \xHH, so that text from files and command lines can
// neither break a line nor control the terminal.
std::string OneLine(std::string_view text);

}  // namespace arcadeq
