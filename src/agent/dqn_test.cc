#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/testing/agent_copy.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/testing/allocation_counter.h"
#include "base/testing/refusal.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/batch.h"
#include "replay/replay.h"
#include "replay/replay_memory.h"
#include "replay/step.h"

namespace arcadeq {
namespace {

constexpr FrameFormat kVector{ElementType::kFloat32, 1, 4};
constexpr int kActions = 2;
constexpr int kBatch = 8;
constexpr std::uint64_t kSeed = 4;

AgentConfig SmallConfig() {
  AgentConfig config;
  config.network = {.architecture = "mlp", .hidden = 16, .dueling = true};
  config.learning.batch_size = kBatch;
  config.replay.capacity = 200;
  return config;
}

AgentConfig Set(AgentConfig config, const std::vector<std::string>& assignments) {
  Settings settings;
  config.Declare(settings);
  for (const std::string& assignment : assignments) settings.SetFromAssignment(assignment, "test");
  return config;
}

// Ten random episodes, of five steps by default.
struct Experience {
  struct Event {
    std::array<float, 4> frame;
    bool begins;
    Step step;
  };
  std::vector<Event> events;

  explicit Experience(std::size_t episode_steps = 5) {
    RandomStream random(3, "experience");
    for (int episode = 0; episode < 10; ++episode) {
      for (std::size_t k = 0; k <= episode_steps; ++k) {
        Event event;
        for (float& value : event.frame) value = static_cast<float>(random.Uniform(-1, 1));
        event.begins = k == 0;
        event.step.action = static_cast<std::int32_t>(k % kActions);
        event.step.reward = static_cast<float>(random.Uniform(-1, 1));
        event.step.end.terminated = k == episode_steps;
        events.push_back(event);
      }
    }
  }

  template <typename Observer>
  void Feed(Observer& observer) const {
    for (const Event& event : events) {
      const std::span frame(reinterpret_cast<const std::uint8_t*>(event.frame.data()), 16);
      if (event.begins) {
        observer.BeginEpisode(0, frame);
      } else {
        observer.Observe(0, event.step, frame);
      }
    }
  }
};

class DqnTest : public ::testing::Test {
 protected:
  std::unique_ptr<Agent> MakeAgent(const AgentConfig& config, std::size_t episode_steps = 5) {
    auto agent = config.algorithm.Make(AgentContext{config, kSeed, kVector, 1, kActions, 1, pool_});
    Experience(episode_steps).Feed(*agent);
    return agent;
  }

  static UpdateStats Update(Agent& agent) {
    agent.BeginUpdate();
    return agent.FinishUpdate();
  }

  // The batches that an agent learns from: those of another replay with the same experience and the
  // same random stream.
  class Batches {
   public:
    explicit Batches(const AgentConfig& config)
        : replay_(kVector, 1, config.replay, config.Rule(), 1),
          random_(kSeed, "replay"),
          batch_(replay_.store().MakeBatch(kBatch)) {
      Experience().Feed(*this);
    }
    void BeginEpisode(int env, std::span<const std::uint8_t> frame) {
      replay_.BeginEpisode(env, frame);
    }
    void Observe(int env, const Step& step, std::span<const std::uint8_t> frame) {
      replay_.Append(env, step, frame);
    }
    const Batch& Next(ThreadPool& pool) {
      replay_.Sample(random_, pool, batch_);
      return batch_;
    }
    void UpdatePriorities(const std::vector<float>& td_errors) {
      replay_.UpdatePriorities(batch_.id, td_errors);
    }

   private:
    Replay replay_;
    RandomStream random_;
    Batch batch_;
  };

  // A pass of an agent's network, with the parameters of a copy of it, over a batch of states.
  class Pass {
   public:
    Pass(const Agent& agent, const AgentCopy& copy, const std::string& name,
         const std::vector<StackView>& states, ThreadPool& pool)
        : network_(agent.network()), pool_(pool) {
      auto tensors = network_.Export(agent.parameters());
      auto value = copy.parameters(name).begin();
      for (auto& tensor : tensors) {
        for (float& each : tensor.values) each = *value++;
      }
      network_.Import(tensors, *parameters_);
      network_.Read(states, *observations_, pool_);
      network_.Forward(*parameters_, {*observations_, 0, kBatch}, *workspace_, pool_, values_);
    }

    // Q as [batch][action].
    const std::vector<float>& values() const { return values_; }
    double GradientNorm(const std::vector<float>& d_values) {
      network_.BeginBackward(*parameters_, {*observations_, 0, kBatch}, *workspace_, pool_,
                             d_values);
      return Optimizer({}, network_).Step(network_, *workspace_, *parameters_, {}, pool_);
    }

   private:
    const Network& network_;
    ThreadPool& pool_;
    const std::unique_ptr<Network::Parameters> parameters_ = network_.MakeParameters();
    const std::unique_ptr<Network::Workspace> workspace_ = network_.MakeWorkspace(kBatch, kBatch);
    const std::unique_ptr<Network::Observations> observations_ = network_.MakeObservations(kBatch);
    std::vector<float> values_ = std::vector<float>(kBatch * kActions);
  };

  ThreadPool pool_{1};
};

class DqnTargetTest : public DqnTest,
                      public ::testing::WithParamInterface<std::vector<std::string>> {};

// As the networks drift apart, and as a prioritised replay learns what is surprising.
TEST_P(DqnTargetTest, LearnsFromTheWeightedErrorsOfTheReplaysBatches) {
  for (const auto& [double_q, target_network] :
       {std::pair{true, true}, std::pair{false, true}, std::pair{false, false}}) {
    AgentConfig config = Set(SmallConfig(), {fmt::format("agent.double={}", double_q),
                                             fmt::format("agent.target_network={}", target_network),
                                             "agent.target_tau=0.1"});
    config = Set(config, GetParam());
    const auto agent = MakeAgent(config);
    Batches batches(config);
    for (int update = 0; update < 5; ++update) {
      const Batch& batch = batches.Next(pool_);
      const AgentCopy copy(*agent);
      Pass pass(*agent, copy, "online", batch.s_tm1, pool_);
      const std::vector<float>& q = pass.values();
      const auto online = Pass(*agent, copy, "online", batch.s_t, pool_).values();
      const auto target = Pass(*agent, copy, "target", batch.s_t, pool_).values();
      const auto& selector = double_q || !target_network ? online : target;
      const auto& evaluator = target_network ? target : online;
      double loss = 0, mean_q = 0, max_q = 0;
      std::vector<float> td_errors, d_q(q.size());
      for (int i = 0; i < kBatch; ++i) {
        const int taken = 2 * i + batch.a_tm1[i];
        const int best = selector[2 * i] >= selector[2 * i + 1] ? 0 : 1;
        const float error =
            q[taken] - (batch.r_t[i] + batch.discount_t[i] * evaluator[2 * i + best]);
        td_errors.push_back(std::abs(error));
        loss +=
            batch.weight[i] * (td_errors.back() < 1 ? 0.5 * error * error : td_errors.back() - 0.5);
        d_q[taken] = batch.weight[i] * std::clamp(error, -1.0f, 1.0f) / kBatch;
        mean_q += q[taken];
        max_q += std::max(q[2 * i], q[2 * i + 1]);
      }
      const UpdateStats stats = Update(*agent);
      EXPECT_NEAR(stats.loss, loss / kBatch, 1e-6);
      EXPECT_NEAR(stats.td_error, std::accumulate(td_errors.begin(), td_errors.end(), 0.0) / kBatch,
                  1e-6);
      EXPECT_NEAR(stats.mean_q, mean_q / kBatch, 1e-6);
      EXPECT_NEAR(stats.max_q, max_q / kBatch, 1e-6);
      const double norm = pass.GradientNorm(d_q);
      EXPECT_NEAR(stats.gradient_norm, norm, 1e-5 * norm);
      batches.UpdatePriorities(td_errors);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Replays, DqnTargetTest,
    ::testing::Values(std::vector<std::string>{"replay.sampler=uniform"},
                      std::vector<std::string>{"replay.sampler=proportional", "replay.n_step=3",
                                               "replay.priority_exponent=1",
                                               "replay.importance_exponent=0.7"}),
    [](const auto& tested) { return tested.index == 0 ? "Uniform" : "Proportional"; });

TEST_F(DqnTest, WeightsOfAPrioritisedReplayDiffer) {
  const AgentConfig config = Set(SmallConfig(), {"replay.sampler=proportional"});
  Batches batches(config);
  batches.Next(pool_);
  batches.UpdatePriorities({0, 1, 2, 3, 4, 5, 6, 7});
  const auto [least, greatest] = std::ranges::minmax(batches.Next(pool_).weight);
  EXPECT_LT(least, greatest);
}

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
