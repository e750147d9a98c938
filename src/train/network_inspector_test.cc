#include "train/network_inspector.h"

#include <cstdint>
#include <vector>

#include <gmock/gmock.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "base/frame.h"
#include "base/thread_pool.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAre;

std::vector<std::int64_t> StepsDue(std::int64_t period, std::int64_t every_steps) {
  AgentConfig config;
  config.network = {.architecture = "mlp", .hidden = 16};
  config.learning.starts = 100;
  config.learning.update_period = period;
  config.replay.capacity = 100;
  ThreadPool pool(1);
  const auto agent =
      config.algorithm.Make(AgentContext{config, 1, {ElementType::kFloat32, 1, 4}, 1, 2, 1, pool});
  const NetworkInspector inspector(*agent, 32, every_steps);
  std::vector<std::int64_t> steps;
  for (auto step = agent->NextUpdate(0); step <= 200; step = agent->NextUpdate(step)) {
    if (inspector.IsDue(step)) steps.push_back(step);
  }
  return steps;
}

TEST(NetworkInspector, InspectsTheLastUpdateDueByEachMultiple) {
  EXPECT_THAT(StepsDue(1, 25), ElementsAre(125, 150, 175, 200));
  EXPECT_THAT(StepsDue(4, 25), ElementsAre(124, 148, 172, 200));
  EXPECT_THAT(StepsDue(40, 25), ElementsAre(120, 160, 200));
  EXPECT_THAT(StepsDue(1, 1000), ElementsAre());
  EXPECT_THAT(StepsDue(1, 0), ElementsAre());
}

}  // namespace
}  // namespace arcadeq
