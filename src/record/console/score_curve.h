#pragma once

#include <span>
#include <vector>

#include "record/console/styled_text.h"

namespace arcadeq {

struct ScoreRange {
  double low = 0;
  double high = 1;
};

// The row, counted from the top, in which a curve of `rows` rows shows a value of the range.
int RowOf(double value, const ScoreRange& range, int rows);

// Draws evenly spaced values as `rows` lines of `columns` characters: in braille, which has four
// dots above each other and two side by side in each character, or, without UTF-8, with one
// asterisk in each column. Omits values that are NaN. Each of `marks` is a dotted line wherever the
// curve leaves room.
std::vector<StyledText> DrawCurve(std::span<const double> values, std::span<const double> marks,
                                  const ScoreRange& range, int columns, int rows, bool utf8);

}  // namespace arcadeq
