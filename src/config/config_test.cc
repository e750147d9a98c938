#include "config/config.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "base/choice.h"
#include "base/error.h"
#include "base/settings.h"
#include "base/testing/refusal.h"
#include "config/changed_settings.h"
#include "config/preset.h"
#include "env/env.h"
#include "env/environments.h"
#include "loss/loss.h"
#include "nn/architecture.h"
#include "nn/network.h"
#include "replay/sampler.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAre;

// docs/decisions/tutorial-departures.md gives the reasons.
TEST(Preset, TutorialDepartsFromTheArticleInFiveSettings) {
  Config article;  // the defaults, but for two
  Settings settings = Declare(article);
  settings.Set("env.max_frames", "0", "test");
  settings.Set("optimizer.learning_rate", "1e-3", "test");
  std::vector<std::string> keys;
  for (const ChangedSetting& change : ChangedSettings(article, LoadPreset("tutorial"))) {
    keys.push_back(change.key);
  }
  EXPECT_THAT(keys, ElementsAre("env.max_frames", "env.reward_transform", "replay.n_step",
                                "optimizer.learning_rate", "train.update_period"));
}

TEST(Preset, EveryOneIsValidAndSaysWhatItIs) {
  EXPECT_EQ(Presets().size(), 7u);
  for (const Preset& preset : Presets()) {
    EXPECT_NO_THROW(LoadPreset(preset.name).Check()) << preset.name;
    EXPECT_GT(preset.Summary().size(), 20u) << preset.name;
  }
}

TEST(Preset, ARefusalOfAnUnknownNameListsTheKnownOnes) {
  EXPECT_THAT(RefusalOf([] { FindPreset("tutoriel"); }),
              ::testing::HasSubstr("laptop, tutorial, nature, dopamine, pqn, cartpole, catch"));
}

TEST(Preset, AGameWithItsOwnPresetStartsFromIt) {
  EXPECT_EQ(DefaultPreset("cartpole"), "cartpole");
  EXPECT_EQ(DefaultPreset("breakout"), "laptop");
}

// CheckReplayFits() does not count a window's memory.
TEST(Config, LimitsTheSizeOfAWindow) {
  Config config;
  Settings settings = Declare(config);
  EXPECT_NO_THROW(settings.Set("train.update_period", "4096", "test"));
  EXPECT_THROW(settings.Set("train.update_period", "4097", "test"), UserError);
}

// Otherwise a run that begins with such a setting could never be opened again.
TEST(Config, RefusesWhatNoFileCanHold) {
  Config config;
  EXPECT_NO_THROW(config.Check());
  config.env.rom = "/home/\xff/space_invaders.bin";
  EXPECT_THAT(RefusalOf([&] { config.Check(); }), ::testing::HasSubstr("config.toml"));
  config.env.rom = "/home/" + std::string(33, '.');
  EXPECT_THAT(RefusalOf([&] { config.Check(); }), ::testing::HasSubstr("dots in a line"));
  config.env.rom = "/home/\n\"\\\x7f";
  EXPECT_NO_THROW(config.Check());
  config.agent.gamma = 2;
  EXPECT_THAT(RefusalOf([&] { config.Check(); }), ::testing::HasSubstr("agent.gamma"));
}

// A kind whose settings contradict each other.
template <typename Maker>
class Contradictory;
template <typename Made, typename... Args>
class Contradictory<Made(Args...)> final : public Kind<Made(Args...)> {
 public:
  void Declare(Settings&) override {}
  void Check() const override { ThrowUserError("a contradiction"); }
  Made Make(Args...) const override { throw std::logic_error("made"); }
  std::unique_ptr<Kind<Made(Args...)>> Clone() const override {
    return std::make_unique<Contradictory>();
  }
};

template <typename Maker>
std::vector<typename KindSet<Maker>::Entry> ContradictoryKind(const std::string& name) {
  std::vector<typename KindSet<Maker>::Entry> entries;
  entries.push_back({name, std::make_unique<Contradictory<Maker>>()});
  return entries;
}

TEST(Config, ChecksTheSelectedKindOfEveryPart) {
  const auto refusal = [](auto change) {
    Config config;
    change(config);
    return RefusalOf([&] { config.Check(); });
  };
  constexpr const char* kRefusal = "a contradiction";
  EXPECT_EQ(refusal([](Config& config) {
              config.agent.algorithm = {ContradictoryKind<AgentMaker>("x"), "x"};
            }),
            kRefusal);
  EXPECT_EQ(refusal([](Config& config) {
              config.agent.loss = {ContradictoryKind<LossMaker>("x"), "x"};
            }),
            kRefusal);
  EXPECT_EQ(refusal([](Config& config) {
              config.agent.replay.sampler = {ContradictoryKind<SamplerMaker>("x"), "x"};
            }),
            kRefusal);
  const auto set_architectures = [](Config& config) {
    config.agent.network.architectures =
        KindSet<ArchitectureMaker>(ContradictoryKind<ArchitectureMaker>("x"));
    config.agent.network.architecture = "x";
  };
  EXPECT_EQ(refusal(set_architectures), kRefusal);
  const auto set_environments = [](Config& config) {
    config.env.built_in = KindSet<EnvMaker>(ContradictoryKind<EnvMaker>("x"));
    config.env.game = "x";
  };
  EXPECT_EQ(refusal(set_environments), kRefusal);
  EXPECT_THAT(refusal([](Config& config) {
                for (const char* assignment : {"agent.loss=hl_gauss", "agent.hl_gauss_low=20"}) {
                  Declare(config).SetFromAssignment(assignment, "test");
                }
              }),
              ::testing::HasSubstr("agent.hl_gauss_low = 20: must be below"));
}

TEST(Config, RefusesContradictions) {
  Config config;
  Declare(config).SetFromAssignment("agent.target_network=false", "test");
  EXPECT_THROW(config.Check(), UserError);
  Declare(config).SetFromAssignment("agent.double=false", "test");
  EXPECT_NO_THROW(config.Check());
  config.train.episodes = 0;
  EXPECT_THROW(config.Check(), UserError);
  config.train.steps = 1;
  EXPECT_NO_THROW(config.Check());
  config.agent.replay.capacity = 4;
  EXPECT_THROW(config.Check(), UserError);
  config.agent.replay.capacity = 20;
  EXPECT_NO_THROW(config.Check());
  config.agent.replay.n_step = 17;  // and a stack of 3
  EXPECT_THROW(config.Check(), UserError);
  config.agent.replay.n_step = 16;
  EXPECT_NO_THROW(config.Check());
}

}  // namespace
}  // namespace arcadeq
