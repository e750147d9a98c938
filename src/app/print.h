#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace arcadeq {

// To stdout. Throws UserError if it cannot be written: the disk is full, say.
void PrintText(std::string_view text);
// What is still on its way there, also by others than PrintText(). Throws likewise.
void FlushOutput();

template <typename... Args>
void Print(fmt::format_string<Args...> format, Args&&... args) {
  PrintText(fmt::format(format, std::forward<Args>(args)...));
}

// A line on stderr, "arcadeq: TEXT". Where that cannot be written, there is nobody left to tell.
void PrintError(std::string_view text);

}  // namespace arcadeq
