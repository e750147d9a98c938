#include "sweep/sweep_plan.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kFile[] = R"(preset = "catch"
out = "here/there"
seeds = [3, 1]
jobs = 2
minutes = 1.5
[settings]
train.steps = 500
agent.gamma = 0.9
[evaluation]
protocol = "training"
episodes = 7
epsilon = 0.25
seed = 9
[variants.zebra]
[variants.ant]
agent.gamma = 0.5
train.threads = 2
)";

TEST(SweepPlan, ReadsEveryKey) {
  const SweepPlan plan = ParseSweepPlan(kFile, "sweeps/x.toml");
  EXPECT_EQ(plan.preset, "catch");
  EXPECT_EQ(plan.out, "here/there");
  EXPECT_THAT(plan.seeds, ElementsAre(3, 1));
  EXPECT_EQ(plan.jobs, 2);
  EXPECT_EQ(plan.minutes, 1.5);
  EXPECT_EQ(plan.evaluation.protocol, "training");
  EXPECT_EQ(plan.evaluation.episodes, 7);
  EXPECT_EQ(plan.evaluation.epsilon, 0.25);
  EXPECT_EQ(plan.evaluation.seed, 9);
  ASSERT_EQ(plan.variants.size(), 2u);
  EXPECT_EQ(plan.variants[0].name, "zebra");
  EXPECT_EQ(plan.variants[1].name, "ant");

  const Config zebra = plan.ConfigOf(plan.variants[0], 3), ant = plan.ConfigOf(plan.variants[1], 1);
  EXPECT_EQ(zebra.env.game, "catch");
  EXPECT_EQ(zebra.train.steps, 500);
  EXPECT_EQ(zebra.train.seed, 3);
  EXPECT_EQ(zebra.agent.gamma, 0.9);
  EXPECT_EQ(zebra.train.threads, 1);
  EXPECT_EQ(ant.agent.gamma, 0.5);
  EXPECT_EQ(ant.train.threads, 2);
}

TEST(SweepPlan, HasDefaults) {
  const SweepPlan plan = ParseSweepPlan(
      "seeds = [1]\n[settings]\nenv.game = \"cartpole\"\n[variants.base]\n", "sweeps/x.toml");
  EXPECT_EQ(plan.preset, "cartpole");
  EXPECT_EQ(plan.out, "runs/x");
  EXPECT_GE(plan.jobs, 1);
  EXPECT_EQ(plan.minutes, 0);
  EXPECT_EQ(plan.evaluation.protocol, "training");
  EXPECT_LT(plan.evaluation.epsilon, 0);
  EXPECT_EQ(ParseSweepPlan("seeds = [1]\n[variants.base]\n", "x").preset, "laptop");
}

std::string Refusal(const std::string& text) {
  return RefusalOf([&] { ParseSweepPlan(text, "f.toml"); });
}

// A file that is valid apart from `lines`.
std::string With(const std::string& lines) {
  return Refusal("preset = \"catch\"\nseeds = [1]\n" + lines + "\n[variants.base]\n");
}

TEST(SweepPlan, NamesFileLineAndKeyInErrors) {
  EXPECT_EQ(With(""), "");
  EXPECT_THAT(With("seds = 1"), HasSubstr("f.toml:3: unknown key seds; valid are preset"));
  EXPECT_THAT(With("jobs = 0"), HasSubstr("f.toml:3: jobs = 0: expected an integer in [1, 1024]"));
  EXPECT_THAT(With("minutes = \"x\""), HasSubstr("f.toml:3: minutes = "));
  EXPECT_THAT(With("[evaluation]\nepsilon = 2"), HasSubstr("f.toml:4: evaluation.epsilon = 2"));
  EXPECT_THAT(With("[evaluation]\ngames = 2"), HasSubstr("f.toml:4: unknown key evaluation.games"));
  EXPECT_THAT(With("evaluation = 2"), HasSubstr("f.toml:3: evaluation: expected a table"));
  EXPECT_THAT(With("[settings]\nagent.gama = 1"),
              HasSubstr("f.toml:4: unknown key agent.gama; the nearest is agent.gamma"));
  EXPECT_THAT(With("[settings.agent]\ngamma = 1.5"), HasSubstr("f.toml:4: agent.gamma = 1.5: "));
  EXPECT_THAT(With("[variants.b]\nagent.gamma = \"x\""), HasSubstr("f.toml:4: agent.gamma = "));
  EXPECT_THAT(With("[settings]\ntrain.seed = 4"),
              HasSubstr("f.toml:4: train.seed: write seeds = [4]"));
  EXPECT_THAT(With("[variants.\"a/b\"]"), HasSubstr("f.toml:3: variants.a/b: expected a name"));
  EXPECT_THAT(With("[variants.\"..\"]"), HasSubstr("expected a name"));
  EXPECT_THAT(With("x"), HasSubstr("f.toml:"));
}

TEST(SweepPlan, RefusesInvalidSeeds) {
  const auto refusal = [](const std::string& seeds) {
    return Refusal("preset = \"catch\"\n" + seeds + "\n[variants.base]\n");
  };
  EXPECT_THAT(refusal(""), HasSubstr("f.toml: seeds are missing"));
  EXPECT_THAT(refusal("seeds = 3"), HasSubstr("f.toml:2: seeds = 3: expected a list"));
  EXPECT_THAT(refusal("seeds = []"), HasSubstr("expected a list"));
  EXPECT_THAT(refusal("seeds = [1, -1]"), AllOf(HasSubstr("f.toml:2: "), HasSubstr("-1")));
  EXPECT_THAT(refusal("seeds = [1, \"a\"]"), HasSubstr("f.toml:2: "));
  EXPECT_THAT(refusal("seeds = [1, 2, 1]"), HasSubstr("f.toml:2: seeds: 1 occurs twice"));
}

TEST(SweepPlan, RefusesVariantsThatCannotBeTrained) {
  EXPECT_THAT(Refusal("preset = \"catch\"\nseeds = [1]\n"), HasSubstr("has no variants"));
  EXPECT_THAT(With("[variants.endless]\ntrain.steps = 0"),
              HasSubstr("f.toml: variant endless: train.steps, train.frames and"));
  EXPECT_THAT(Refusal("preset = \"none\"\n"), HasSubstr("f.toml:1: preset = none: expected"));
}

TEST(SweepPlan, ChecksTheProtocol) {
  const auto refusal = [](const std::string& protocol, const std::string& variant) {
    return Refusal("seeds = [1]\n[evaluation]\nprotocol = " + protocol +
                   "\n[variants.atari]\n[variants.b]\n" + variant);
  };
  EXPECT_EQ(refusal("\"sticky\"", ""), "");
  EXPECT_EQ(refusal("\"training\"", "env.game = \"catch\""), "");
  EXPECT_THAT(
      refusal("\"stiky\"", ""),
      HasSubstr("f.toml:3: evaluation.protocol = stiky: expected training | sticky | noop | "
                "noop-low-epsilon"));
  EXPECT_THAT(refusal("0.25", ""), HasSubstr("f.toml:3: evaluation.protocol = 0.25: expected "));
  EXPECT_THAT(refusal("\"noop\"", "env.game = \"catch\""),
              HasSubstr("f.toml:3: evaluation.protocol: variant b: protocol 'noop' is for Atari "
                        "games; catch has only 'training'"));
  EXPECT_THAT(With("[evaluation]\nprotocl = \"sticky\""),
              HasSubstr("f.toml:4: unknown key evaluation.protocl; the nearest is "
                        "evaluation.protocol"));
}

}  // namespace
}  // namespace arcadeq
