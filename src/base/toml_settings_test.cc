#include "base/toml_settings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/settings.h"
#include "base/testing/refusal.h"
#include "base/toml.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TomlSettings : public testing::Test {
 protected:
  TomlSettings() {
    settings_.Add("agent.gamma", &gamma_, 0.0, 1.0, "Discount");
    settings_.Add("agent.double", &double_, "Two networks");
    settings_.Add("train.steps", &steps_, 0, 100, "Steps");
    settings_.Add("env.game", &game_, {}, "The game");
  }

  double gamma_ = 0.99;
  bool double_ = true;
  std::int64_t steps_ = 7;
  std::string game_ = "catch";
  Settings settings_;
};

TEST_F(TomlSettings, AreReadWithTheirPlaces) {
  const toml::table table = ParseToml(
      "[env]\ngame = \"pong\"\n[agent]\ngamma = 1.0\ndouble = false\n[train]\nsteps = 5\n", "f");
  std::vector<std::string> read;
  for (const auto& [key, text, place] : ReadAssignments(settings_, table, "f")) {
    read.push_back(place + " " + key + "=" + text);
    settings_.Set(key, text, place);
  }
  EXPECT_THAT(read, ElementsAre("f:5 agent.double=false", "f:4 agent.gamma=1.0",
                                "f:2 env.game=pong", "f:7 train.steps=5"));
  EXPECT_EQ(game_, "pong");
}

TEST_F(TomlSettings, RefuseUnknownKeysAndWrongTypes) {
  const auto refusal = [this](std::string_view text) {
    return RefusalOf([&] { ReadAssignments(settings_, ParseToml(text, "f"), "f"); });
  };
  EXPECT_THAT(refusal("\n[agent]\ngama = 1\n"), HasSubstr("f:3: unknown key agent.gama; the"));
  EXPECT_THAT(refusal("agent.gamma = [1]\n"), HasSubstr("f:1: agent.gamma = [ 1 ]: expected"));
  EXPECT_THAT(refusal("agent = 1\n"), HasSubstr("f:1: unknown key agent"));
}

}  // namespace
}  // namespace arcadeq
