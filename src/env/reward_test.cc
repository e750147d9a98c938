#include "env/reward.h"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

namespace arcadeq {
namespace {

TEST(RewardTransform, IsAFunctionOfTheReward) {
  const auto of = [](const char* name, double scale, double r) {
    return RewardTransform(name, scale).Of(r);
  };
  EXPECT_EQ(of("none", 1, -30), -30);
  EXPECT_EQ(of("none", 0.5, 30), 15);
  EXPECT_EQ(of("clip", 1, 30), 1);
  EXPECT_EQ(of("clip", 1, -30), -1);
  EXPECT_EQ(of("clip", 1, 0.5), 0.5f);
  EXPECT_EQ(of("clip", 2, 30), 2);
  EXPECT_EQ(of("root", 1, 16), 4);
  EXPECT_EQ(of("root", 0.25, -16), -1);
  EXPECT_EQ(of("root", 1, 0), 0);
}

TEST(RewardTransform, HasNames) {
  for (const std::string& name : RewardTransformNames()) EXPECT_NO_THROW(RewardTransform(name, 1));
  EXPECT_THROW(RewardTransform("log", 1), std::logic_error);
}

}  // namespace
}  // namespace arcadeq
