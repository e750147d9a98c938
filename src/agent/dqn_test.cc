#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/testing/agent_copy.h"
#include "agent/testing/experienced_dqn.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/testing/allocation_counter.h"
#include "base/testing/refusal.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

// Episodes of one step: the return is the reward.
TEST_F(DqnTest, FitsTerminalRewards) {
  const AgentConfig config = Set(SmallConfig(), {"optimizer.learning_rate=0.01"});
  const auto agent = MakeAgent(config, 1);
  UpdateStats stats;
  for (int i = 0; i < 1000; ++i) stats = Update(*agent);
  EXPECT_LT(stats.td_error, 0.02);
}

TEST_F(DqnTest, BlendsTheTargetNetworkAfterEachUpdate) {
  const auto agent = MakeAgent(Set(SmallConfig(), {"agent.target_tau=0.25"}));
  for (int update = 0; update < 3; ++update) {
    const auto before = AgentCopy(*agent).parameters("target");
    Update(*agent);
    const AgentCopy after(*agent);
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_NEAR(after.parameters("target")[i],
                  0.75f * before[i] + 0.25f * after.parameters("online")[i], 1e-6f);
    }
  }
}

TEST_F(DqnTest, CopiesTheTargetNetworkEveryPeriod) {
  for (const auto& [assignment, period] :
       {std::pair{"agent.target_period=3", 3}, std::pair{"agent.target_tau=1", 1}}) {
    const auto agent = MakeAgent(Set(SmallConfig(), {assignment}));
    for (int update = 1; update <= 7; ++update) {
      Update(*agent);
      const AgentCopy copy(*agent);
      EXPECT_EQ(copy.parameters("target") == copy.parameters("online"), update % period == 0);
      EXPECT_EQ(agent->updates(), update);
    }
  }
}

TEST_F(DqnTest, DoubleNeedsATargetNetwork) {
  EXPECT_THROW(Set(SmallConfig(), {"agent.target_network=false"}).algorithm.Check(), UserError);
  EXPECT_NO_THROW(SmallConfig().algorithm.Check());
}

TEST_F(DqnTest, RefusesATargetNetworkThatWouldNeverLearn) {
  EXPECT_THROW(Set(SmallConfig(), {"agent.target_tau=0"}).algorithm.Check(), UserError);
  EXPECT_NO_THROW(
      Set(SmallConfig(), {"agent.target_tau=0", "agent.target_period=1"}).algorithm.Check());
}

// Of the segments and of the sampler.
TEST_F(DqnTest, CountsTheReplaysMemoryOnce) {
  const AgentConfig config = Set(SmallConfig(), {"replay.sampler=proportional"});
  const auto agent = MakeAgent(config);
  const std::int64_t full = ReplayBytes(kVector, config.replay, 1);
  Update(*agent);  // whose draw is the sampler's first
  const std::int64_t taken = full - agent->bytes_to_come();
  EXPECT_GT(taken, config.replay.sampler.Make(std::vector{config.replay.capacity})->bytes());
  const ReservedMemory others{1000, "others"};
  EXPECT_EQ(RefusalOf([&] { agent->Reserve(others, full - taken + 1000); }), "");
  EXPECT_NE(RefusalOf([&] { agent->Reserve(others, full - taken + 999); }), "");
}

TEST_F(DqnTest, OnlyTheSecondPartOfAnUpdateWritesParameters) {
  for (const std::string clip : {"0", "0.1"}) {
    const auto agent = MakeAgent(Set(SmallConfig(), {"optimizer.max_grad_norm=" + clip}));
    for (int i = 0; i < 3; ++i) {
      const AgentCopy before(*agent);
      agent->BeginUpdate();
      const AgentCopy between(*agent);
      EXPECT_EQ(between.parameters("online"), before.parameters("online"));
      EXPECT_EQ(between.parameters("target"), before.parameters("target"));
      EXPECT_EQ(agent->updates(), i);
      agent->FinishUpdate();
      EXPECT_NE(AgentCopy(*agent).parameters("online"), before.parameters("online"));
    }
  }
}

TEST_F(DqnTest, ARestoredAgentContinuesAsIfItHadNeverStopped) {
  const AgentConfig config = Set(SmallConfig(), {"agent.target_period=4"});
  const auto whole = MakeAgent(config), first = MakeAgent(config), second = MakeAgent(config);
  for (int i = 0; i < 5; ++i) Update(*whole);
  for (int i = 0; i < 2; ++i) Update(*first);
  AgentCopy(*first).PutInto(*second);
  for (int i = 0; i < 3; ++i) Update(*second);
  const AgentCopy expected(*whole), actual(*second);
  for (const char* name : {"online", "target", "optimizer_mean", "optimizer_square"}) {
    EXPECT_EQ(actual.parameters(name), expected.parameters(name)) << name;
  }
  EXPECT_EQ(second->updates(), 5);
}

// With a limit too high to clip anything, only the code path differs.
TEST_F(DqnTest, StoringTheGradientToClipItChangesNoBit) {
  const auto fused = MakeAgent(SmallConfig());
  const auto stored = MakeAgent(Set(SmallConfig(), {"optimizer.max_grad_norm=1000000"}));
  for (int i = 0; i < 5; ++i) {
    const double norm = Update(*fused).gradient_norm;
    EXPECT_NEAR(Update(*stored).gradient_norm, norm, 1e-6 * norm);
  }
  EXPECT_EQ(AgentCopy(*stored).parameters("online"), AgentCopy(*fused).parameters("online"));
  EXPECT_EQ(AgentCopy(*stored).parameters("target"), AgentCopy(*fused).parameters("target"));
}

TEST_F(DqnTest, InspectsTheStatesOfTheLastBatchWithTheWeightsBeforeItsUpdate) {
  for (const bool double_q : {true, false}) {
    const AgentConfig config = Set(SmallConfig(), {fmt::format("agent.double={}", double_q)});
    const auto agent = MakeAgent(config);
    const Network& network = agent->network();
    Batches batches(config);
    const auto workspace = network.MakeWorkspace(kBatch, kBatch);
    const auto observations = network.MakeObservations(kBatch);
    std::vector<float> outputs(kBatch * kActions);
    auto expected = network.MakeActivations(kBatch), inspected = network.MakeActivations(kBatch);
    for (int update = 0; update < 3; ++update) {
      network.Read(batches.Next(pool_).s_tm1, *observations, pool_);
      network.Forward(agent->parameters(), {*observations, 0, kBatch}, *workspace, pool_, outputs);
      network.Inspect(*workspace, kBatch, expected);
      Update(*agent);
      agent->Inspect(inspected);
      EXPECT_EQ(inspected.states, kBatch);
      EXPECT_EQ(inspected.features, expected.features);
      for (std::size_t i = 0; i < expected.layers.size(); ++i) {
        EXPECT_EQ(inspected.layers[i].peaks, expected.layers[i].peaks);
      }
    }
  }
}

TEST_F(DqnTest, LearnsEveryPeriodOnceLearningStarts) {
  AgentConfig config = SmallConfig();
  config.learning.starts = 100;
  config.learning.update_period = 16;
  const auto agent =
      config.algorithm.Make(AgentContext{config, kSeed, kVector, 1, kActions, 5, pool_});
  EXPECT_EQ(agent->NextUpdate(0), 112);
  EXPECT_EQ(agent->NextUpdate(111), 112);
  EXPECT_EQ(agent->NextUpdate(112), 128);
  EXPECT_EQ(agent->RoundsPerUpdate(), 3);
  EXPECT_FALSE(agent->CanUpdate());
  EXPECT_EQ(agent->Epsilon(99), 1);
}

TEST_F(DqnTest, TheLearningRateFallsTo0InTheLastUpdateOfTheSchedule) {
  AgentConfig config = Set(SmallConfig(), {"optimizer.learning_rate_decay_share=1"});
  config.learning.starts = 100;
  config.learning.update_period = 16;
  constexpr std::int64_t kSteps = 200;  // with updates after 112, 128, ... 192
  const auto agent =
      config.algorithm.Make(AgentContext{config, kSeed, kVector, 1, kActions, 1, pool_, kSteps});
  Experience().Feed(*agent);
  for (std::int64_t step = agent->NextUpdate(0); step < 2 * kSteps;
       step = agent->NextUpdate(step)) {
    const std::vector<float> before = AgentCopy(*agent).parameters("online");
    Update(*agent);
    EXPECT_EQ(AgentCopy(*agent).parameters("online") == before, step > kSteps) << step;
  }
}

// With mostly black pixels, as the article's network sees them.
TEST(Dqn, BitsDoNotDependOnTheNumberOfThreadsAndAnUpdateAllocatesNothing) {
  constexpr FrameFormat kFrame{ElementType::kUint8, 44, 36};
  AgentConfig config = SmallConfig();
  config.network = {.architecture = "article", .hidden = 40, .dueling = true};
  config.learning.batch_size = 13;
  std::vector<float> online;
  double norm = 0;
  for (const int threads : {1, 2, 3, 4}) {
    ThreadPool pool(threads);
    const auto agent =
        config.algorithm.Make(AgentContext{config, kSeed, kFrame, 3, kActions, 1, pool});
    RandomStream random(5, "pixels");
    std::vector<std::uint8_t> pixels(kFrame.bytes());
    for (int i = 0; i < 60; ++i) {
      for (auto& pixel : pixels) {
        pixel = random.Below(10) == 0 ? static_cast<std::uint8_t>(random.Below(256)) : 0;
      }
      if (i == 0) {
        agent->BeginEpisode(0, pixels);
      } else {
        agent->Observe(0, {i % 2, static_cast<float>(random.Uniform(-1, 1)), {}}, pixels);
      }
    }
    agent->BeginUpdate();
    agent->FinishUpdate();
    const std::int64_t before = testing::Allocations();
    agent->BeginUpdate();
    const UpdateStats stats = agent->FinishUpdate();
    EXPECT_EQ(testing::Allocations(), before);
    const AgentCopy copy(*agent);
    if (threads == 1) {
      online = copy.parameters("online");
      norm = stats.gradient_norm;
    }
    EXPECT_EQ(copy.parameters("online"), online) << threads << " threads";
    EXPECT_EQ(stats.gradient_norm, norm) << threads << " threads";
  }
}

}  // namespace
}  // namespace arcadeq
