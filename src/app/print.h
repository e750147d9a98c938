#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace arcadeq {

// Writes to stdout. Throws UserError if that fails, for example because the disk is full.
void PrintText(std::string_view text);
// Flushes everything written to stdout, not only by PrintText(). Throws likewise.
void FlushOutput();

template <typename... Args>
void Print(fmt::format_string<Args...> format, Args&&... args) {
  PrintText(fmt::format(format, std::forward<Args>(args)...));
}

// Whether stdout shows colours: a terminal, unless TERM or NO_COLOR say otherwise.
bool StdoutHasColours();

// Writes a line to stderr, "arcadeq: TEXT", with control characters as OneLine() writes them. A
// failure to do so is ignored.
void PrintError(std::string_view text);

}  // namespace arcadeq
