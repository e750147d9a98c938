#pragma once

#include <string>
#include <string_view>

namespace arcadeq {

// `text` for use in the text and the quoted attributes of SVG and HTML, where it then means only
// itself. Control characters, which XML forbids, become U+FFFD.
std::string EscapeMarkup(std::string_view text);

}  // namespace arcadeq
