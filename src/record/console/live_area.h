#pragma once

#include <string>
#include <vector>

#include "record/console/terminal.h"

namespace arcadeq {

// Lines at the bottom of what a terminal shows, which are redrawn in place while others scroll by
// above them. Between two redraws, the cursor is in the line below them, or at the end of an only
// line: whatever is written next, by anybody, leaves the last state readable. Makes text to be
// written and writes nothing itself. (ncurses would take the whole screen: nothing scrolls above
// its windows, and nothing of them stays.)
class LiveArea {
 public:
  // The control sequences and text that print `above` and then `lines`, in place of those shown so
  // far. A single line must be narrower than the terminal, several lines narrower and fewer.
  std::string Replace(const std::vector<std::string>& above, std::vector<std::string> lines,
                      const TerminalSize& size);
  // Somebody has typed a line: the cursor is one line further down, and the line of the keyboard's
  // echo becomes part of what is redrawn.
  void AddTypedLine() {
    if (shown_.size() > 1) shown_.emplace_back();
  }
  // Stops redrawing what is shown: it has scrolled away, or stays as it is.
  void Forget() { shown_.clear(); }

  const std::vector<std::string>& shown() const { return shown_; }

 private:
  std::vector<std::string> shown_;
};

}  // namespace arcadeq
