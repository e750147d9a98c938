// What DQN learns from a batch, compared with a computation of its own.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/testing/agent_copy.h"
#include "agent/testing/experienced_dqn.h"
#include "agent/testing/published_rescaling.h"
#include "base/frame.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/batch.h"

namespace arcadeq {
namespace {

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
    network_.BeginBackward(*parameters_, {*observations_, 0, kBatch}, *workspace_, pool_, d_values);
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
    const PublishedRescaling rescaling{config.value_rescaling};
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
        const auto error = static_cast<float>(
            q[taken] -
            rescaling.Apply(batch.r_t[i] +
                            batch.discount_t[i] * rescaling.Invert(evaluator[2 * i + best])));
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

std::string NameOf(std::size_t parameters) {
  constexpr const char* kNames[] = {"Uniform", "Rescaled", "Proportional"};
  return kNames[parameters];
}

INSTANTIATE_TEST_SUITE_P(Settings, DqnTargetTest,
                         ::testing::Values(std::vector<std::string>{"replay.sampler=uniform"},
                                           std::vector<std::string>{"agent.value_rescaling=true"},
                                           std::vector<std::string>{
                                               "replay.sampler=proportional", "replay.n_step=3",
                                               "replay.priority_exponent=1",
                                               "replay.importance_exponent=0.7"}),
                         [](const auto& tested) { return NameOf(tested.index); });

TEST_F(DqnTest, WeightsOfAPrioritisedReplayDiffer) {
  const AgentConfig config = Set(SmallConfig(), {"replay.sampler=proportional"});
  Batches batches(config);
  batches.Next(pool_);
  batches.UpdatePriorities({0, 1, 2, 3, 4, 5, 6, 7});
  const auto [least, greatest] = std::ranges::minmax(batches.Next(pool_).weight);
  EXPECT_LT(least, greatest);
}

}  // namespace
}  // namespace arcadeq
