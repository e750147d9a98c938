#include "record/console/score_curve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "record/console/styled_text.h"

namespace arcadeq {
namespace {

constexpr int kDotsAcross = 2, kDotsDown = 4;

// The bits of a braille character's dots, by row and column.
constexpr unsigned kDots[kDotsDown][kDotsAcross] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};

// The braille character (U+2800 + dots) in UTF-8.
std::string Braille(unsigned dots) {
  return {'\xE2', static_cast<char>(0xA0U + (dots >> 6U)), static_cast<char>(0x80U + (dots & 63U))};
}

// 0 at the top.
int DotOf(double value, const ScoreRange& range, int dots) {
  const double share = (value - range.low) / (range.high - range.low);
  const double down = std::isfinite(share) ? 1 - std::clamp(share, 0.0, 1.0) : 1;
  return static_cast<int>(std::lround(down * (dots - 1)));
}

// The mean of the values that fall on dot `x` of `dots`; NaN if there are none.
double ValueAt(std::span<const double> values, int x, int dots) {
  const auto at = [&](int dot) {
    return values.size() * static_cast<std::size_t>(dot) / static_cast<std::size_t>(dots);
  };
  double sum = 0;
  int count = 0;
  for (std::size_t i = at(x); i < std::max(at(x) + 1, at(x + 1)) && i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    sum += values[i];
    ++count;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

// The dots of a curve, in cells of one character each.
class Canvas {
 public:
  Canvas(int columns, int rows)
      : columns_(columns), cells_(static_cast<std::size_t>(columns) * rows) {}

  void Set(int x, int y) {
    Cell(x / kDotsAcross, y / kDotsDown) |= kDots[y % kDotsDown][x % kDotsAcross];
  }
  unsigned& Cell(int column, int row) {
    return cells_[static_cast<std::size_t>(row) * columns_ + column];
  }

 private:
  int columns_;
  std::vector<unsigned> cells_;
};

}  // namespace

int RowOf(double value, const ScoreRange& range, int rows) {
  return DotOf(value, range, rows * kDotsDown) / kDotsDown;
}

std::vector<StyledText> DrawCurve(std::span<const double> values, std::span<const double> marks,
                                  const ScoreRange& range, int columns, int rows, bool utf8) {
  Canvas canvas(columns, rows);
  // Without UTF-8, a cell has one dot across: only the left ones are used.
  const int step = utf8 ? 1 : kDotsAcross;
  int before = -1;
  for (int x = 0; x < columns * kDotsAcross; x += step) {
    const double value = ValueAt(values, x / step, columns * kDotsAcross / step);
    if (std::isnan(value)) {
      before = -1;
      continue;
    }
    const int y = DotOf(value, range, rows * kDotsDown);
    canvas.Set(x, y);
    // Joins the dot to the one before it.
    if (utf8 && before >= 0) {
      for (int between = std::min(y, before) + 1; between < std::max(y, before); ++between) {
        canvas.Set(x, between);
      }
    }
    before = y;
  }

  std::vector<StyledText> lines(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    const bool marked =
        std::ranges::any_of(marks, [&](double mark) { return RowOf(mark, range, rows) == row; });
    StyledText& line = lines[static_cast<std::size_t>(row)];
    for (int column = 0; column < columns; ++column) {
      if (const unsigned dots = canvas.Cell(column, row); dots != 0) {
        line.Add(utf8 ? Braille(dots) : "*", Ink::kCurve);
      } else if (marked) {
        line.Add(utf8 ? "┈" : "-", Ink::kDim);
      } else {
        line.Add(" ");
      }
    }
  }
  return lines;
}

}  // namespace arcadeq
