#include "record/console/live_area.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "record/console/styled_text.h"
#include "record/console/terminal.h"

namespace arcadeq {
namespace {

constexpr const char* kEraseToEndOfLine = "\x1b[K";
constexpr const char* kEraseBelow = "\x1b[J";

}  // namespace

std::string LiveArea::Replace(const std::vector<std::string>& above, std::vector<std::string> lines,
                              const TerminalSize& size) {
  std::string text;
  // Whether the rows from the cursor on hold old text, which is overwritten rather than erased
  // first: that would flicker.
  const bool over_old = shown_.size() > 1;
  if (over_old) {
    // If the terminal has become smaller, the area's top has scrolled out of reach.
    text = fmt::format("\x1b[{}A\r", std::min(static_cast<int>(shown_.size()), size.rows - 1));
  } else if (shown_.size() == 1) {
    text = fmt::format("\r{}", kEraseToEndOfLine);
  }
  const char* const end_of_line = over_old ? "\x1b[K\n" : "\n";
  for (const std::string& line : above) {
    if (over_old && DisplayWidth(line) >= size.columns) {  // wraps, or leaves nothing to erase
      text += kEraseBelow + line + "\n";
    } else {
      text += line + end_of_line;
    }
  }
  for (const std::string& line : lines) {
    text += line;
    if (lines.size() > 1) text += end_of_line;
  }
  if (over_old) text += kEraseBelow;
  shown_ = std::move(lines);
  return text;
}

}  // namespace arcadeq
