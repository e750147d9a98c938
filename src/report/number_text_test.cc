#include "report/number_text.h"

#include <limits>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(NumberText, HasAboutThreeDigits) {
  EXPECT_EQ(NumberText(1668.7), "1,669");
  EXPECT_EQ(NumberText(-230.4), "-230");
  EXPECT_EQ(NumberText(21), "21");
  EXPECT_EQ(NumberText(0.12345), "0.123");
  EXPECT_EQ(NumberText(-0.5), "-0.5");
  EXPECT_EQ(NumberText(0), "0");
  EXPECT_EQ(NumberText(1e300), "1e+300");
  EXPECT_EQ(NumberText(std::numeric_limits<double>::quiet_NaN()), "nan");
}

}  // namespace
}  // namespace arcadeq
