#pragma once

#include <array>
#include <cstdint>

namespace arcadeq {

inline constexpr int kGlyphSize = 8;  // pixels, high and wide

// The rows of a character from the top; bit i is column i from the left. Characters other than
// printable ASCII look like a question mark.
using Glyph = std::array<std::uint8_t, kGlyphSize>;
const Glyph& GlyphOf(char character);

}  // namespace arcadeq
