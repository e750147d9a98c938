#include "record/console/live_area.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/console/terminal.h"

namespace arcadeq {
namespace {

using testing::IsEmpty;

constexpr TerminalSize kSize{20, 10};

TEST(LiveArea, ReplacesASingleLine) {
  LiveArea area;
  EXPECT_EQ(area.Replace({"a"}, {}, kSize), "a\n");
  EXPECT_EQ(area.Replace({}, {"live"}, kSize), "live");
  EXPECT_EQ(area.Replace({"b", "c"}, {"new"}, kSize), "\r\x1b[Kb\nc\nnew");
  EXPECT_EQ(area.Replace({"d"}, {}, kSize), "\r\x1b[Kd\n");
  EXPECT_THAT(area.shown(), IsEmpty());
}

TEST(LiveArea, OverwritesSeveralLinesWithoutErasingThemFirst) {
  LiveArea area;
  EXPECT_EQ(area.Replace({"a"}, {"1", "2", "3"}, kSize), "a\n1\n2\n3\n");
  EXPECT_EQ(area.Replace({}, {"4", "5", "6"}, kSize), "\x1b[3A\r4\x1b[K\n5\x1b[K\n6\x1b[K\n\x1b[J");
  EXPECT_EQ(area.Replace({"b"}, {"7", "8"}, kSize), "\x1b[3A\rb\x1b[K\n7\x1b[K\n8\x1b[K\n\x1b[J");
  EXPECT_THAT(area.shown(), testing::ElementsAre("7", "8"));
}

TEST(LiveArea, MakesRoomForALineThatWraps) {
  LiveArea area;
  area.Replace({}, {"1", "2"}, kSize);
  const std::string wide(20, 'x');
  EXPECT_EQ(area.Replace({wide}, {"1", "2"}, kSize),
            "\x1b[2A\r\x1b[J" + wide + "\n1\x1b[K\n2\x1b[K\n\x1b[J");
}

TEST(LiveArea, ChangesBetweenOneLineAndSeveral) {
  LiveArea area;
  area.Replace({}, {"1", "2"}, kSize);
  EXPECT_EQ(area.Replace({}, {"live"}, kSize), "\x1b[2A\rlive\x1b[J");
  EXPECT_EQ(area.Replace({}, {"1", "2"}, kSize), "\r\x1b[K1\n2\n");
}

TEST(LiveArea, StaysOnATerminalThatHasBecomeSmaller) {
  LiveArea area;
  area.Replace({}, std::vector<std::string>(8, "x"), kSize);
  EXPECT_EQ(area.Replace({}, {"1", "2"}, {20, 5}), "\x1b[4A\r1\x1b[K\n2\x1b[K\n\x1b[J");
}

TEST(LiveArea, LeavesAloneWhatItHasForgotten) {
  LiveArea area;
  area.Replace({}, {"1", "2"}, kSize);
  area.Forget();
  EXPECT_EQ(area.Replace({}, {"1", "2"}, kSize), "1\n2\n");
}

}  // namespace
}  // namespace arcadeq
