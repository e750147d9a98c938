#include "base/nearest_names.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NearestNames, CountsInsertionsDeletionsAndReplacements) {
  // Levenshtein's distances to kitten: 3, 1, 0, 2, 6.
  const std::vector<std::string> names = {"sitting", "kittens", "kitten", "bitte", ""};
  EXPECT_THAT(NearestNames(names, "kitten", 9),
              ElementsAre("kitten", "kittens", "bitte", "sitting", ""));
}

TEST(NearestNames, KeepsTheOrderOfEquallyNearNames) {
  EXPECT_THAT(NearestNames({"pont", "pone", "song"}, "pong", 2), ElementsAre("pont", "pone"));
}

TEST(NearestNames, ComparesTheBeginningOfALongName) {
  EXPECT_THAT(NearestNames({"catch", "breakout"}, "breakoutbreakoutbreakout", 1),
              ElementsAre("breakout"));
}

TEST(NearestNames, IgnoresCaseAndWordSeparators) {
  const std::vector<std::string> names = {"air_raid", "ms_pacman", "space_invaders"};
  for (const char* name : {"SPACE_INVADERS", "space-invaders", "Space Invaders", "SpaceInvaders"}) {
    EXPECT_THAT(NearestNames(names, name, 1), ElementsAre("space_invaders")) << name;
  }
  EXPECT_THAT(NearestNames({"agent.gamma", "agent.double"}, "AGENT.GAMMA", 1),
              ElementsAre("agent.gamma"));
}

TEST(NearestNames, ReturnsNoneIfThereAreNone) {
  EXPECT_THAT(NearestNames({}, "pong", 3), IsEmpty());
}

}  // namespace
}  // namespace arcadeq
