#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <toml++/toml.h>

namespace arcadeq {

// TOML as this program reads and writes it. Users of this header link tomlplusplus.

// toml++ bounds the nesting of values but not the number of parts of a dotted key. Each part makes
// a table within the one before, and destroying enough of them overflows the stack. A key never
// spans several lines. Values obey the same limit, so that the file they are written to can be
// read.
inline constexpr std::ptrdiff_t kMaxDotsInALine = 32;

// Throws UserError with origin and line if `text` is not TOML.
toml::table ParseToml(std::string_view text, std::string_view origin);

// Where a value stands: "ORIGIN:LINE".
std::string TomlPlace(const toml::node& node, std::string_view origin);

// The text of a value, on one line.
std::string TomlText(const toml::node& node);
// `text` as a basic string.
std::string TomlString(std::string_view text);
// Text that TOML reads back as the same floating-point number.
std::string TomlDouble(double value);

// Whether a TOML file can hold `text`, that is, whether it is valid UTF-8.
bool TomlHolds(std::string_view text);

}  // namespace arcadeq
