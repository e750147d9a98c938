#include "record/console/score_curve.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/console/styled_text.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> Draw(const std::vector<double>& values, const std::vector<double>& marks,
                              const ScoreRange& range, int columns, int rows, bool utf8 = true) {
  std::vector<std::string> lines;
  for (const StyledText& line : DrawCurve(values, marks, range, columns, rows, utf8)) {
    EXPECT_EQ(line.width(), columns);
    lines.push_back(line.Render(columns, false));
  }
  return lines;
}

TEST(ScoreCurve, HasFourDotsAboveEachOtherInARow) {
  EXPECT_THAT(Draw({0, 1, 2, 3, 4, 5, 6, 7}, {}, {0, 7}, 4, 2), ElementsAre("  ⡠⠊", "⡠⠊  "));
}

TEST(ScoreCurve, IsConnected) {
  EXPECT_THAT(Draw({0, 11, 0, 11}, {}, {0, 11}, 2, 3), ElementsAre("⢸⣾", "⢸⣿", "⡸⡿"));
}

TEST(ScoreCurve, ShowsTheMeanOfManyValuesAndRepeatsFew) {
  EXPECT_THAT(Draw({0, 2, 1, 3, 2, 4, 3, 5}, {}, {1, 4}, 2, 1), ElementsAre("⡠⠊"));
  EXPECT_THAT(Draw({0, 3}, {}, {0, 3}, 4, 1), ElementsAre("⣀⣀⠏⠉"));
}

TEST(ScoreCurve, LeavesGapsWhereThereIsNoValue) {
  EXPECT_THAT(Draw({kNone, kNone, 0, kNone, 3, 3}, {}, {0, 3}, 3, 1), ElementsAre(" ⡀⠉"));
  EXPECT_THAT(Draw({}, {}, {0, 1}, 3, 2), ElementsAre("   ", "   "));
}

TEST(ScoreCurve, KeepsValuesOutsideTheRangeAtItsEdge) {
  EXPECT_THAT(Draw({-100, -100, 100, 100}, {}, {0, 1}, 2, 1), ElementsAre("⣀⠏"));
}

TEST(ScoreCurve, ShowsMarksWhereThereIsRoom) {
  EXPECT_THAT(Draw({0, 0, 7, 7}, {7, 0}, {0, 7}, 4, 2), ElementsAre("┈┈⡏⠉", "⣀⣀⠇┈"));
}

TEST(ScoreCurve, UsesAsterisksWithoutUtf8) {
  EXPECT_THAT(Draw({0, 0, 0, 1, 1, 2}, {2}, {0, 2}, 6, 3, false),
              ElementsAre("-----*", "   ** ", "***   "));
}

TEST(ScoreCurve, TellsTheRowOfAValue) {
  const ScoreRange range{100, 200};
  EXPECT_EQ(RowOf(200, range, 5), 0);
  EXPECT_EQ(RowOf(150, range, 5), 2);
  EXPECT_EQ(RowOf(100, range, 5), 4);
  EXPECT_EQ(RowOf(99, range, 5), 4);
}

}  // namespace
}  // namespace arcadeq
