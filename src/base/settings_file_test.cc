#include "base/settings_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/settings.h"
#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SettingsFile : public testing::Test {
 protected:
  SettingsFile() {
    settings_.Add("train.steps", &steps_, 0, 100, "Steps");
    settings_.Add("env.game", &game_, {}, "The game");
  }

  // "KEY = VALUE: PROBLEM" of each value.
  std::vector<std::string> Load(std::string_view text) {
    std::vector<std::string> lines;
    for (const auto& [key, value, problem] : LoadWhatIsKnown(text, "f", settings_)) {
      lines.push_back(fmt::format("{} = {}: {}", key, value, problem));
    }
    return lines;
  }

  std::int64_t steps_ = 7;
  std::string game_ = "catch";
  Settings settings_;
};

TEST_F(SettingsFile, OfAnotherVersionIsReadAsFarAsItIsKnown) {
  EXPECT_THAT(
      Load("[train]\nsteps = 5\nlater = [1, 2]\n[env]\ngame = \"pong\"\n[env.more]\nx = 1\n"),
      ElementsAre("train.steps = 5: ", "train.later = [ 1, 2 ]: unknown", HasSubstr("env.game = "),
                  HasSubstr("env.more = ")));
  EXPECT_EQ(steps_, 5);
  EXPECT_EQ(game_, "pong");
}

TEST_F(SettingsFile, ValuesThatCannotBeSetChangeNothing) {
  EXPECT_THAT(
      Load("steps = 1\n[train]\nsteps = 101\n"),
      ElementsAre("steps = 1: unknown", "train.steps = 101: expected an integer in [0, 100]"));
  EXPECT_THAT(Load("[train]\nsteps = \"many\"\n"), ElementsAre(HasSubstr("expected an integer")));
  EXPECT_EQ(steps_, 7);
}

TEST_F(SettingsFile, MustBeToml) {
  EXPECT_THAT(RefusalOf([&] { Load("[train]\nsteps\n"); }), HasSubstr("f:2: "));
}

}  // namespace
}  // namespace arcadeq
