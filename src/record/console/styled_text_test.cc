#include "record/console/styled_text.h"

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(StyledText, CountsCharacters) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("─⣿é"), 3);
}

TEST(StyledText, IsCutToTheWidth) {
  const auto text = StyledText().Add("ab", Ink::kDim).Repeat("─", 3, Ink::kBold).Add("c");
  EXPECT_EQ(text.width(), 6);
  EXPECT_EQ(text.Render(10, false), "ab───c");
  EXPECT_EQ(text.Render(4, false), "ab──");
  EXPECT_EQ(text.Render(4, true), "\x1b[2mab\x1b[0m\x1b[1m──\x1b[0m");
  EXPECT_EQ(text.Render(1, true), "\x1b[2ma\x1b[0m");
  EXPECT_EQ(text.Render(0, true), "");
}

TEST(StyledText, JoinsTexts) {
  const auto text = StyledText().Add("a", Ink::kDim).Add(StyledText().Add("b", Ink::kDim).Add("c"));
  EXPECT_EQ(text.width(), 3);
  EXPECT_EQ(text.Render(3, true), "\x1b[2mab\x1b[0mc");
}

}  // namespace
}  // namespace arcadeq
