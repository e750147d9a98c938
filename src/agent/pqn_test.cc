#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/testing/agent_copy.h"
#include "agent/testing/play.h"
#include "agent/testing/published_rescaling.h"
#include "base/frame.h"
#include "base/settings.h"
#include "base/testing/allocation_counter.h"
#include "base/testing/refusal.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

constexpr int kActions = Play::kActions;
constexpr int kEnvs = Play::kEnvs;
constexpr int kSteps = 5;
constexpr int kSamples = kEnvs * kSteps;

AgentConfig SmallConfig(const std::vector<std::string>& assignments = {}) {
  AgentConfig config;
  Settings settings;
  config.Declare(settings);
  config.learning.Declare(settings);
  for (const char* assignment :
       {"agent.algorithm=pqn", "agent.loss=squared", "network.architecture=mlp",
        "network.hidden=16", "network.normalisation=channels", "optimizer.algorithm=radam",
        "agent.terminal_on_life_loss=true", "train.batch_size=4"}) {
    settings.SetFromAssignment(assignment, "test");
  }
  settings.SetFromAssignment(fmt::format("agent.rollout_steps={}", kSteps), "test");
  for (const std::string& assignment : assignments) settings.SetFromAssignment(assignment, "test");
  return config;
}

std::vector<float> Online(Agent& agent) {
  return AgentCopy(agent).parameters("online");
}

// Q(s, a) and max_a Q(s, a) with the agent's current weights.
class Values {
 public:
  Values(const Agent& agent, ThreadPool& pool) : agent_(agent), pool_(pool) {}
  std::array<float, kActions> operator()(const std::array<float, 4>& s) const {
    const Network& network = agent_.network();
    StackView view;
    view.depth = 1;
    view.frames[0] = reinterpret_cast<const std::uint8_t*>(s.data());
    const auto observations = network.MakeObservations(1);
    const auto workspace = network.MakeWorkspace(1, 0);
    std::array<float, kActions> q{};
    network.Read({&view, 1}, *observations, pool_);
    network.Forward(agent_.parameters(), {*observations, 0, 1}, *workspace, pool_, q);
    return q;
  }
  float Max(const std::array<float, 4>& s) const { return std::ranges::max((*this)(s)); }

 private:
  const Agent& agent_;
  ThreadPool& pool_;
};

// Peng's Q(lambda) by its definition: the mean of all n-step returns, weighted by lambda^(n-1), up
// to the end of the rollout, the episode or the return.
double LambdaReturn(const std::vector<Play::Played>& window, const Values& values, int sample,
                    double gamma, double lambda, const PublishedRescaling& rescaling) {
  double rewards = 0, discount = 1, weight = 1, total = 0;
  for (;; sample += kEnvs) {
    const auto& [s_tm1, s_t, step] = window[sample];
    const bool ends = step.end.terminated || step.end.life_lost;
    rewards += discount * step.reward;
    discount *= gamma;
    const double n_step = rewards + (ends ? 0 : discount * rescaling.Invert(values.Max(s_t)));
    if (ends || step.end.truncated || sample + kEnvs >= kSamples) return total + weight * n_step;
    total += weight * (1 - lambda) * n_step;
    weight *= lambda;
  }
}

class PqnTest : public ::testing::Test {
 protected:
  ThreadPool pool_{1};
};

// With a learning rate of 0 and one minibatch, the update reports the loss of the whole rollout.
TEST_F(PqnTest, LearnsFromLambdaReturns) {
  for (const auto& [lambda, rescales] :
       {std::pair{0.0, false}, {0.65, false}, {0.65, true}, {1.0, false}}) {
    const PublishedRescaling rescaling{rescales};
    Play play(SmallConfig({"optimizer.learning_rate=0", "agent.gamma=0.9", "train.batch_size=64",
                           fmt::format("agent.lambda={}", lambda),
                           fmt::format("agent.value_rescaling={}", rescales)}),
              pool_);
    for (int i = 0; i < 6; ++i) {
      const auto window = play.Window();
      ASSERT_TRUE(play.agent().CanUpdate());
      const Values values(play.agent(), pool_);
      double loss = 0, error = 0, mean_q = 0, max_q = 0;
      for (int sample = 0; sample < kSamples; ++sample) {
        const auto q = values(window[sample].s_tm1);
        const double value = q[window[sample].step.action];
        const double td =
            value - rescaling.Apply(LambdaReturn(window, values, sample, 0.9, lambda, rescaling));
        loss += td * td / 2 / kSamples;
        error += std::abs(td) / kSamples;
        mean_q += value / kSamples;
        max_q += std::ranges::max(q) / kSamples;
      }
      const UpdateStats stats = play.Update();
      EXPECT_NEAR(stats.loss, loss, 1e-5);
      EXPECT_NEAR(stats.td_error, error, 1e-5);
      EXPECT_NEAR(stats.mean_q, mean_q, 1e-5);
      EXPECT_NEAR(stats.max_q, max_q, 1e-5);
      EXPECT_GT(stats.gradient_norm, 0);
      EXPECT_FALSE(play.agent().CanUpdate());
    }
  }
}

// A single minibatch holds the states of the whole rollout, in another order.
TEST_F(PqnTest, InspectsTheStatesOfTheLastMinibatchWithTheWeightsBeforeItsUpdate) {
  Play play(SmallConfig({"train.batch_size=64", "agent.epochs=1"}), pool_);
  const Network& network = play.agent().network();
  const auto window = play.Window();
  std::vector<StackView> stacks;
  for (const Play::Played& played : window) {
    StackView& view = stacks.emplace_back();
    view.depth = 1;
    view.frames[0] = reinterpret_cast<const std::uint8_t*>(played.s_tm1.data());
  }
  const auto observations = network.MakeObservations(kSamples);
  const auto workspace = network.MakeWorkspace(kSamples, kSamples);
  std::vector<float> outputs(kSamples * kActions);
  auto expected = network.MakeActivations(kSamples), inspected = network.MakeActivations(kSamples);
  network.Read(stacks, *observations, pool_);
  network.Forward(play.agent().parameters(), {*observations, 0, kSamples}, *workspace, pool_,
                  outputs);
  network.Inspect(*workspace, kSamples, expected);
  play.Update();
  play.agent().Inspect(inspected);
  EXPECT_EQ(inspected.states, kSamples);
  std::ranges::sort(inspected.features);
  std::ranges::sort(expected.features);
  EXPECT_EQ(inspected.features, expected.features);
  for (std::size_t i = 0; i < expected.layers.size(); ++i) {
    EXPECT_EQ(inspected.layers[i].peaks, expected.layers[i].peaks);
  }
}

TEST_F(PqnTest, ALostLifeEndsTheReturnOnlyIfSet) {
  const auto loss = [&](const char* ends) {
    Play play(SmallConfig({"optimizer.learning_rate=0", std::string(ends)}), pool_);
    play.Window();
    return play.Update().loss;
  };
  EXPECT_NE(loss("agent.terminal_on_life_loss=true"), loss("agent.terminal_on_life_loss=false"));
}

TEST_F(PqnTest, EachEpochIsMinibatchesOfAtMostTheBatchSize) {
  for (const auto& [batch_size, minibatches] : {std::pair{4, 4}, {5, 3}, {15, 1}, {100, 1}}) {
    Play play(SmallConfig({fmt::format("train.batch_size={}", batch_size), "agent.epochs=3"}),
              pool_);
    play.Window();
    play.Update();
    EXPECT_EQ(play.agent().updates(), 3 * minibatches);
  }
}

TEST_F(PqnTest, FitsWhatItPlays) {
  Play play(SmallConfig({"optimizer.learning_rate=0.01", "agent.gamma=0", "agent.epochs=200"}),
            pool_);
  play.Window();
  EXPECT_LT(play.Update().td_error, 0.2);
}

TEST_F(PqnTest, LearnsWhenARolloutEnds) {
  Play play(SmallConfig(), pool_);
  Agent& agent = play.agent();
  EXPECT_EQ(agent.NextUpdate(0), kSamples);
  EXPECT_EQ(agent.NextUpdate(kSamples - 1), kSamples);
  EXPECT_EQ(agent.NextUpdate(kSamples), 2 * kSamples);
  EXPECT_EQ(agent.RoundsPerUpdate(), kSteps);
  EXPECT_FALSE(agent.LearnsFromOlderSteps());
  EXPECT_FALSE(agent.CanUpdate());
  EXPECT_EQ(agent.stored_frames(0), 0);
}

TEST_F(PqnTest, SchedulesSpanTheRun) {
  constexpr int kWindows = 8;
  const AgentConfig config =
      SmallConfig({"policy.epsilon_start=1", "policy.epsilon_end=0.1",
                   "policy.epsilon_decay_share=0.5", "optimizer.learning_rate_decay_share=1"});
  Play play(config, pool_, 1, kWindows * kSamples);
  EXPECT_EQ(play.agent().Epsilon(0), 1);
  EXPECT_NEAR(play.agent().Epsilon(kWindows * kSamples / 4), 0.55, 1e-9);
  EXPECT_NEAR(play.agent().Epsilon(kWindows * kSamples / 2), 0.1, 1e-9);
}

// A run ends with a whole rollout.
TEST_F(PqnTest, TheLearningRateFallsTo0InTheLastRolloutOfTheSchedule) {
  constexpr int kWindows = 8;
  const AgentConfig config = SmallConfig({"optimizer.learning_rate_decay_share=1"});
  for (const std::int64_t steps : {(kWindows - 1) * kSamples + 1, kWindows * kSamples}) {
    Play play(config, pool_, 1, steps);
    // Once the learning rate is 0, the weights stay as they are.
    for (int i = 0; i < kWindows + 2; ++i) {
      const std::vector<float> before = Online(play.agent());
      play.Window();
      play.Update();
      EXPECT_EQ(Online(play.agent()) == before, i >= kWindows) << steps << " steps, window " << i;
    }
  }
}

TEST_F(PqnTest, OnlyTheSecondPartOfAnUpdateWritesParameters) {
  Play play(SmallConfig(), pool_);
  play.Window();
  const auto before = Online(play.agent());
  play.agent().BeginUpdate();
  EXPECT_EQ(Online(play.agent()), before);
  play.agent().FinishUpdate();
  EXPECT_NE(Online(play.agent()), before);
}

TEST_F(PqnTest, RefusesARolloutThatLeavesTooLittleForTheRestOfTheRun) {
  Play play(SmallConfig(), pool_);
  const ReservedMemory rest{2000, "the rest"};
  EXPECT_EQ(RefusalOf([&] { play.agent().Reserve(rest, 2000); }), "");
  EXPECT_THAT(RefusalOf([&] { play.agent().Reserve(rest, 1999); }),
              ::testing::AllOf(::testing::HasSubstr("5 steps in 3 environments"),
                               ::testing::HasSubstr("the rest takes 2.00 kB"),
                               ::testing::HasSubstr("agent.rollout_steps or train.envs")));
}

TEST_F(PqnTest, ARestoredAgentContinuesAsIfItHadNeverStopped) {
  const AgentConfig config = SmallConfig({"policy.epsilon_end=0.5", "agent.epochs=2"});
  Play whole(config, pool_), second(config, pool_);
  for (int i = 0; i < 3; ++i) {
    whole.Window();
    whole.Update();
  }
  second.TakeOver(whole);
  for (int i = 0; i < 3; ++i) {
    for (Play* play : {&whole, &second}) {
      play->Window();
      play->Update();
    }
    EXPECT_EQ(Online(second.agent()), Online(whole.agent()));
  }
  EXPECT_EQ(second.agent().updates(), whole.agent().updates());
}

TEST_F(PqnTest, BitsDependNeitherOnThreadsNorOnPoliciesAndNothingAllocates) {
  for (const char* loss : {"agent.loss=squared", "agent.loss=hl_gauss"}) {
    std::vector<float> expected;
    for (const int threads : {1, 2, 4}) {
      ThreadPool pool(threads);
      const int policies = std::min(threads, kEnvs);
      Play play(SmallConfig({"policy.epsilon_end=0.5", loss}), pool, policies);
      for (int i = 0; i < 3; ++i) {
        play.Window();
        const std::int64_t before = testing::Allocations();
        play.Update();
        EXPECT_EQ(testing::Allocations(), before);
      }
      const auto online = Online(play.agent());
      if (threads == 1) expected = online;
      EXPECT_EQ(online, expected) << threads << " threads";
    }
  }
}

}  // namespace
}  // namespace arcadeq
