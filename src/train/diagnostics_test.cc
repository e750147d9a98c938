// What a run reports about its network and its policy.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/agent_config.h"
#include "config/config.h"
#include "record/event.h"
#include "train/testing/short_run.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ShortCatch;
using testing::ShortRun;

std::vector<std::string> WarningsOf(const ShortRun& run) {
  std::vector<std::string> warnings;
  for (const Note& note : run.All<Note>()) {
    if (note.warning) warnings.push_back(note.text);
  }
  return warnings;
}

TEST(Diagnostics, InspectionsChangeNothing) {
  for (const std::string& algorithm : AgentChoice().names()) {
    Config config = ShortCatch();
    Declare(config).SetFromAssignment(fmt::format("agent.algorithm={}", algorithm), "test");
    config.record.diagnostics_every_steps = 0;
    const ShortRun plain(config);
    config.record.diagnostics_every_steps = 1;
    const ShortRun inspected(config);
    EXPECT_EQ(inspected.weights, plain.weights);
    EXPECT_TRUE(plain.All<Diagnosis>().empty());
    EXPECT_FALSE(inspected.All<Diagnosis>().empty());
  }
}

TEST(Diagnostics, ReportsTheStateOfTheNetwork) {
  Config config = ShortCatch();
  config.record.diagnostics_every_steps = 50;
  std::int64_t step = 300;
  for (const Diagnosis& diagnosis : ShortRun(config).All<Diagnosis>()) {
    EXPECT_EQ(diagnosis.step, step += 50);
    std::vector<std::string> layers;
    for (const auto& [layer, share] : diagnosis.dead_units) {
      layers.push_back(layer);
      EXPECT_GE(share, 0);
      EXPECT_LT(share, 0.7) << layer;
    }
    EXPECT_THAT(layers, ElementsAre("conv1", "conv2", "advantage_hidden", "value_hidden"));
    EXPECT_GE(diagnosis.effective_rank, 2);
    EXPECT_LE(diagnosis.effective_rank, 16);  // states in a batch
  }
  EXPECT_EQ(step, 600);
}

TEST(Diagnostics, ReportsTheSharesOfActionsSinceTheLastPoint) {
  Config config = ShortCatch();
  config.train.steps = 500;
  config.agent.learning.starts = 400;
  config.record.progress_every_steps = 100;
  const auto progress = ShortRun(config).All<Progress>();
  ASSERT_EQ(progress.size(), 5u);
  for (const Progress& point : progress) {
    double sum = 0;
    for (const auto& [action, share] : point.action_shares) {
      sum += share;
      EXPECT_NEAR(share * 100, std::round(share * 100), 1e-9);
      if (point.step <= 400) {
        EXPECT_NEAR(share, 1.0 / 3, 0.2) << "random play";
      }
    }
    EXPECT_NEAR(sum, 1, 1e-9);
    EXPECT_EQ(point.action_shares.size(), 3u);
  }
  EXPECT_NE(progress[0].action_shares, progress[1].action_shares);
}

TEST(Diagnostics, ReportsTheScoreOfRandomPlay) {
  Config config = ShortCatch();
  config.record.progress_every_steps = 50;
  const ShortRun run(config);
  for (const Progress& progress : run.All<Progress>()) {
    double sum = 0;
    int episodes = 0;
    for (const EpisodeEnded& episode : run.All<EpisodeEnded>()) {
      // An episode that ends at the step of a point is reported after it.
      if (episode.step >= progress.step || episode.step > 300) break;
      sum += episode.raw_return;
      ++episodes;
    }
    EXPECT_DOUBLE_EQ(progress.random_return, sum / episodes) << progress.step;
  }
}

TEST(Diagnostics, ReportsNoScoreWithoutRandomPlay) {
  Config config = ShortCatch();
  config.agent.learning.starts = 0;
  config.agent.policy.epsilon_start = 0.5;
  for (const Progress& progress : ShortRun(config).All<Progress>()) {
    EXPECT_TRUE(std::isnan(progress.random_return));
  }
}

Config LearningCatch() {
  Config config = ShortCatch();
  config.train.steps = 1400;
  config.record.diagnostics_every_steps = 200;
  return config;
}

TEST(Diagnostics, WarnsOnceOfANetworkThatDies) {
  Config config = LearningCatch();
  config.agent.optimizer.learning_rate = 0.1;
  const ShortRun run(config);
  EXPECT_THAT(WarningsOf(run), Contains(AllOf(HasSubstr("are dead"),
                                              HasSubstr("try a lower optimizer.learning_rate")))
                                   .Times(1));
  const Diagnosis last = run.All<Diagnosis>().back();
  EXPECT_EQ(last.effective_rank, 0);
}

TEST(Diagnostics, DoesNotWarnOfANetworkThatLearns) {
  EXPECT_THAT(WarningsOf(ShortRun(LearningCatch())), ElementsAre());
}

}  // namespace
}  // namespace arcadeq
