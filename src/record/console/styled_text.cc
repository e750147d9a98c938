#include "record/console/styled_text.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace arcadeq {
namespace {

bool BeginsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::string_view FirstColumns(std::string_view text, int columns) {
  std::size_t end = 0;
  for (int taken = 0; end < text.size(); ++end) {
    if (BeginsCharacter(text[end]) && taken++ == columns) break;
  }
  return text.substr(0, end);
}

// The parameters of "select graphic rendition".
std::string_view Code(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kDim:
      return "2";
    case Ink::kBold:
      return "1";
    case Ink::kCurve:
      return "36";
    case Ink::kMark:
      return "33";
    case Ink::kWarning:
      return "1;33";
  }
  return "";
}

}  // namespace

int DisplayWidth(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(text, BeginsCharacter));
}

std::string Paint(std::string_view text, Ink ink) {
  if (ink == Ink::kPlain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", Code(ink), text);
}

StyledText& StyledText::Add(std::string_view text, Ink ink) {
  if (pieces_.empty() || pieces_.back().ink != ink) pieces_.push_back({"", ink});
  pieces_.back().text += text;
  width_ += DisplayWidth(text);
  return *this;
}

StyledText& StyledText::Repeat(std::string_view text, int count, Ink ink) {
  for (int i = 0; i < count; ++i) Add(text, ink);
  return *this;
}

StyledText& StyledText::Add(const StyledText& other) {
  for (const Piece& piece : other.pieces_) Add(piece.text, piece.ink);
  return *this;
}

std::string StyledText::Render(int columns, bool colours) const {
  std::string line;
  for (const Piece& piece : pieces_) {
    const std::string_view text = FirstColumns(piece.text, columns);
    line += colours ? Paint(text, piece.ink) : std::string(text);
    columns -= DisplayWidth(text);
  }
  return line;
}

}  // namespace arcadeq
