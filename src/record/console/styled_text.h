#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// What a terminal can show.
struct TerminalStyle {
  bool utf8 = true;
  bool colours = true;
};

enum class Ink { kPlain, kDim, kBold, kCurve, kMark, kWarning };

// The columns that UTF-8 text takes, given that every character takes one.
int DisplayWidth(std::string_view text);

// `text` in the given ink, by the terminal's control sequences.
std::string Paint(std::string_view text, Ink ink);

// A line of text in several inks.
class StyledText {
 public:
  StyledText& Add(std::string_view text, Ink ink = Ink::kPlain);
  // Adds `count` copies of `text`; none if the count is negative.
  StyledText& Repeat(std::string_view text, int count, Ink ink = Ink::kPlain);
  StyledText& Add(const StyledText& other);

  int width() const { return width_; }
  // The first `columns` columns, without control sequences unless there are `colours`.
  std::string Render(int columns, bool colours) const;

 private:
  struct Piece {
    std::string text;
    Ink ink;
  };
  std::vector<Piece> pieces_;
  int width_ = 0;
};

}  // namespace arcadeq
