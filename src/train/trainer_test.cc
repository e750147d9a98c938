#include "train/trainer.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "config/config.h"
#include "record/event.h"
#include "train/run_directory.h"
#include "train/testing/pqn.h"
#include "train/testing/short_run.h"

namespace arcadeq {
namespace {

using testing::ShortCatch;
using testing::ShortRun;

TEST(Trainer, TheRunIsTheSameOnAnyNumberOfThreads) {
  Config config = ShortCatch();
  const ShortRun one(config);
  for (std::int64_t threads : {1, 2, 4}) {
    config.train.threads = threads;
    EXPECT_EQ(ShortRun(config).weights, one.weights) << threads << " threads";
  }
  config.train.seed = 2;
  EXPECT_NE(ShortRun(config).weights, one.weights);
}

TEST(Trainer, TheRunIsTheSameHoweverThreadsShareItsEnvironments) {
  // 40 environments are divided among more workers than two or three threads.
  for (const auto& [envs, overlap] :
       {std::pair{5, true}, std::pair{5, false}, std::pair{40, true}, std::pair{40, false}}) {
    SCOPED_TRACE(::testing::Message() << envs << " environments, overlap " << overlap);
    Config config = ShortCatch();
    config.train.envs = envs;
    config.train.overlap = overlap;
    const ShortRun one(config);
    for (std::int64_t threads : {2, 3, 8}) {
      config.train.threads = threads;
      const ShortRun run(config);
      EXPECT_EQ(run.weights, one.weights) << threads << " threads";
      ASSERT_EQ(run.All<EpisodeEnded>().size(), one.All<EpisodeEnded>().size());
    }
  }
}

TEST(Trainer, PqnsRunIsTheSameOnAnyNumberOfThreadsAndWithoutOverlap) {
  Config config = ShortCatch();
  testing::LearnByPqn(config);
  const ShortRun one(config);
  for (const bool overlap : {true, false}) {
    for (std::int64_t threads : {1, 2, 3, 8}) {
      config.train.overlap = overlap;
      config.train.threads = threads;
      EXPECT_EQ(ShortRun(config).weights, one.weights) << threads << " threads, " << overlap;
    }
  }
  config.train.seed = 2;
  EXPECT_NE(ShortRun(config).weights, one.weights);
}

TEST(Trainer, EvaluatesPeriodicallyWithoutAffectingTheRun) {
  Config config = ShortCatch();
  const ShortRun plain(config);
  EXPECT_TRUE(plain.All<Evaluated>().empty());
  config.evaluation.every_steps = 250;
  config.evaluation.episodes = 3;
  const ShortRun evaluated(config);
  EXPECT_EQ(evaluated.weights, plain.weights);

  const auto evaluations = evaluated.All<Evaluated>();
  ASSERT_EQ(evaluations.size(), 2u);
  EXPECT_EQ(evaluations[0].step, 250);
  EXPECT_EQ(evaluations[1].step, 500);
  EXPECT_EQ(evaluations[0].games, 3);
  EXPECT_TRUE(evaluations[0].best);
  EXPECT_EQ(evaluations[1].best, evaluations[1].mean > evaluations[0].mean);
}

TEST(Trainer, EventsCoverTheWholeRun) {
  const Config config = ShortCatch();
  const ShortRun run(config);
  EXPECT_TRUE(std::holds_alternative<RunBegan>(run.events.front()));
  EXPECT_TRUE(std::holds_alternative<RunEnded>(run.events.back()));
  EXPECT_EQ(run.All<RunEnded>().at(0).step, 600);

  const auto progress = run.All<Progress>();
  ASSERT_EQ(progress.size(), 6u);
  for (std::size_t i = 0; i < progress.size(); ++i) {
    EXPECT_EQ(progress[i].step, 100 * static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(std::isnan(progress[i].loss), i < 3);  // learning starts at step 300
  }

  std::int64_t steps = 0, episode = 0;
  for (const EpisodeEnded& ended : run.All<EpisodeEnded>()) {
    steps += ended.length_steps;
    EXPECT_EQ(ended.step, steps);
    EXPECT_EQ(ended.episode, ++episode);
    EXPECT_EQ(ended.learning, ended.step > 300);
    EXPECT_TRUE(ended.raw_return == 1 || ended.raw_return == -1);
  }
  EXPECT_GT(episode, 10);
}

// Even within a window of many steps.
TEST(Trainer, ReportsTheFramesStoredAtTheStep) {
  Config config = ShortCatch();
  config.agent.learning.update_period = 60;
  config.record.progress_every_steps = 20;
  const ShortRun run(config);
  const auto ended = run.All<EpisodeEnded>();
  ASSERT_EQ(run.All<Progress>().size(), 30u);
  for (const Progress& progress : run.All<Progress>()) {
    const auto begun = 1 + std::ranges::count_if(ended, [&](const EpisodeEnded& episode) {
                         return episode.step < progress.step;
                       });
    // One frame for each step, and one for the start of each episode.
    EXPECT_EQ(progress.replay_frames, progress.step + begun) << progress.step;
  }
}

TEST(Trainer, EndsAtWhicheverLimitComesFirst) {
  Config config = ShortCatch();
  config.train.episodes = 3;
  EXPECT_EQ(ShortRun(config).All<RunEnded>().at(0).episode, 3);
  config.train.episodes = 0;
  config.train.frames = 50;
  EXPECT_EQ(ShortRun(config).All<RunEnded>().at(0).frame, 50);
}

TEST(Trainer, EndsWithTheWindowThatReachesALimit) {
  for (const auto& [envs, period, overlap, window] :
       {std::tuple{1, 256, true, 256}, std::tuple{1, 256, false, 1}, std::tuple{64, 4, true, 64}}) {
    Config config = ShortCatch();
    config.train.envs = envs;
    config.agent.learning.update_period = period;
    config.train.overlap = overlap;
    config.train.steps = 0;
    config.train.episodes = 30;
    const ShortRun run(config);
    const RunEnded ended = run.All<RunEnded>().at(0);
    EXPECT_EQ(ended.step % window, 0);
    EXPECT_GT(run.All<EpisodeEnded>().at(29).step, ended.step - window);
  }
}

// Writes the weights of the window's end, however many episodes end in the window.
TEST(Trainer, NamesWeightsByTheirStep) {
  const TemporaryDirectory directory;
  Config config = ShortCatch();
  config.agent.learning.update_period = 200;
  config.record.weights_every_episodes = 1;
  const RunDirectory run = RunDirectory::Create(directory / "run", config);
  Trainer trainer(config);
  const std::atomic<bool> stop{false};
  trainer.Run(
      &run, nullptr, [](const Event&) {}, stop);
  EXPECT_THAT(ListDirectory(run.weights()),
              ::testing::ElementsAre("step_000000200.safetensors", "step_000000400.safetensors",
                                     "step_000000600.safetensors"));
}

TEST(Trainer, StopsAfterTheCurrentStep) {
  Trainer trainer(ShortCatch());
  std::atomic<bool> stop{false};
  std::string reason;
  trainer.Run(
      nullptr, nullptr,
      [&](const Event& event) {
        if (const auto* ended = std::get_if<RunEnded>(&event)) reason = ended->reason;
        if (const auto* progress = std::get_if<Progress>(&event)) stop = progress->step == 200;
      },
      stop);
  EXPECT_EQ(trainer.counters().steps, 200);
  EXPECT_EQ(reason, "interrupted");
}

TEST(Trainer, UpdatesOncePerPeriod) {
  Config config = ShortCatch();
  config.agent.learning.update_period = 4;
  Trainer trainer(config);
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr, [](const Event&) {}, stop);
  EXPECT_EQ(trainer.agent().updates(), 300 / 4);
}

// A window has 16 steps in each of 4 environments: two minibatches in each of two epochs.
TEST(Trainer, PqnUpdatesAtTheEndOfEachWindow) {
  Config config = ShortCatch();
  testing::LearnByPqn(config);
  config.agent.learning.batch_size = 32;
  config.record.progress_every_steps = 1;
  Trainer trainer(config);
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr,
      [](const Event& event) {
        const auto* progress = std::get_if<Progress>(&event);
        if (progress == nullptr) return;
        EXPECT_EQ(std::isnan(progress->loss), progress->step % 64 != 0) << progress->step;
      },
      stop);
  EXPECT_EQ(trainer.counters().steps, 640);
  EXPECT_EQ(trainer.agent().updates(), 640 / 64 * 4);
}

TEST(Trainer, UpdatesOncePerPeriodWithManyEnvironments) {
  for (const bool overlap : {true, false}) {
    for (const auto& [envs, period] : {std::pair{4, 1}, std::pair{4, 8}, std::pair{6, 4}}) {
      Config config = ShortCatch();
      config.train.overlap = overlap;
      config.train.envs = envs;
      config.agent.learning.update_period = period;
      Trainer trainer(config);
      const std::atomic<bool> stop{false};
      trainer.Run(
          nullptr, nullptr, [](const Event&) {}, stop);
      EXPECT_GE(trainer.counters().steps, 600);
      EXPECT_LT(trainer.counters().steps, 600 + std::max(envs, period));
      EXPECT_EQ(trainer.agent().updates(), trainer.counters().steps / period - 300 / period);
    }
  }
}

// The losses of the updates that were due at each step, by step; NaN if none was.
std::vector<double> LossesByStep(const ShortRun& run) {
  std::vector<double> losses(1, std::nan(""));
  for (const Progress& progress : run.All<Progress>()) {
    EXPECT_EQ(progress.step, static_cast<std::int64_t>(losses.size()));
    losses.push_back(progress.loss);
  }
  return losses;
}

TEST(Trainer, AnUpdateBelongsToTheEpisodesAtTheStepAtWhichItIsDue) {
  for (const bool overlap : {true, false}) {
    for (const auto& [envs, period] :
         {std::pair{1, 1}, std::pair{1, 4}, std::pair{1, 9}, std::pair{1, 18}, std::pair{8, 1},
          std::pair{8, 8}, std::pair{8, 72}, std::pair{3, 7}}) {
      SCOPED_TRACE(::testing::Message() << envs << " environments, period " << period
                                        << (overlap ? ", overlapping" : ""));
      Config config = ShortCatch();
      config.train.overlap = overlap;
      config.train.envs = envs;
      config.agent.learning.update_period = period;
      config.record.progress_every_steps = 1;
      config.record.gif_every_episodes = 0;
      const ShortRun run(config);
      const std::vector<double> losses = LossesByStep(run);
      for (std::size_t step = 1; step < losses.size(); ++step) {
        EXPECT_EQ(!std::isnan(losses[step]), step > 300 && step % period == 0) << step;
      }
      for (const EpisodeEnded& episode : run.All<EpisodeEnded>()) {
        // Over the episode's rounds, of one step in each environment.
        const std::int64_t last_round = (episode.step - 1) / envs;
        const std::int64_t first_round = last_round + 1 - episode.length_steps;
        double sum = 0;
        int updates = 0;
        for (auto step = first_round * envs + 1; step <= (last_round + 1) * envs; ++step) {
          const double loss = losses.at(static_cast<std::size_t>(step));
          if (std::isnan(loss)) continue;
          sum += loss;
          ++updates;
        }
        ASSERT_EQ(std::isnan(episode.mean_loss), updates == 0) << "episode " << episode.episode;
        if (updates == 0) continue;
        ASSERT_DOUBLE_EQ(episode.mean_loss, sum / updates);
      }
    }
  }
}

// Whatever the number of points in a window and their positions.
TEST(Trainer, ASpeedIsThatOfTheStepsSinceTheLastPoint) {
  for (const auto& [envs, period, every] :
       {std::tuple{1, 1, 50}, std::tuple{1, 512, 50}, std::tuple{64, 4, 10}, std::tuple{3, 7, 1}}) {
    SCOPED_TRACE(::testing::Message() << envs << " environments, period " << period);
    Config config = ShortCatch();
    config.train.envs = envs;
    config.agent.learning.update_period = period;
    config.train.steps = 1500;
    config.record.progress_every_steps = every;
    const ShortRun run(config);
    const std::int64_t window = std::max(envs, period / envs * envs);
    Progress last;
    for (const Progress& progress : run.All<Progress>()) {
      EXPECT_EQ(progress.step, last.step + every);
      const double seconds = progress.wall_seconds - last.wall_seconds;
      ASSERT_GT(seconds, 0);
      EXPECT_NEAR(progress.steps_per_second * seconds, every, 1e-6 * every);
      // The same throughout a window, whose steps are reported in a burst.
      const std::int64_t window_start = (progress.step - 1) / window * window;
      if (last.step - every >= window_start) {
        EXPECT_NEAR(progress.steps_per_second / last.steps_per_second, 1, 1e-6) << progress.step;
      }
      last = progress;
    }
    double episode_end = 0;
    for (const EpisodeEnded& episode : run.All<EpisodeEnded>()) {
      EXPECT_GT(episode.wall_seconds, episode_end);
      episode_end = episode.wall_seconds;
    }
    EXPECT_GE(run.All<RunEnded>().at(0).wall_seconds, std::max(episode_end, last.wall_seconds));
  }
}

TEST(Trainer, TheTimeOfThePhasesAddsUp) {
  for (const auto& [overlap, threads, envs, pqn] :
       {std::tuple{true, 1, 1, false}, std::tuple{true, 2, 1, false},
        std::tuple{true, 2, 40, false}, std::tuple{false, 2, 1, false},
        std::tuple{true, 2, 4, true}}) {
    SCOPED_TRACE(::testing::Message() << threads << " threads, " << envs << " environments"
                                      << (overlap ? ", overlapping" : "") << (pqn ? ", PQN" : ""));
    Config config = ShortCatch();
    config.train.envs = envs;
    if (pqn) testing::LearnByPqn(config);
    config.train.overlap = overlap;
    config.train.threads = threads;
    if (!pqn) config.record.progress_every_steps = 80;  // whole windows of 1 and 40 steps
    config.evaluation.every_steps = 100;
    config.evaluation.episodes = 1;
    const auto progress = ShortRun(config).All<Progress>();
    ASSERT_FALSE(progress.empty());
    for (const Progress& point : progress) {
      std::vector<std::string> phases;
      double sum = 0;
      for (const auto& [phase, share] : point.time_shares) {
        phases.push_back(phase);
        sum += share;
        EXPECT_GE(share, 0) << phase;
        if (phase == "learning") {
          EXPECT_EQ(share > 0, !std::isnan(point.loss));
        }
      }
      EXPECT_THAT(phases, ::testing::ElementsAre("acting", "environment", "learning", "evaluation",
                                                 "other"));
      EXPECT_NEAR(sum, 1, 1e-9);
    }
  }
}

// Until the first update, it makes no difference whether policies act during or before updates.
TEST(Trainer, UntilTheFirstUpdateOverlapMakesNoDifference) {
  Config config = ShortCatch();
  config.train.steps = 300;
  const ShortRun overlapping(config);
  config.train.overlap = false;
  const ShortRun sequential(config);
  const auto a = overlapping.All<EpisodeEnded>(), b = sequential.All<EpisodeEnded>();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].raw_return, b[i].raw_return);
}

TEST(Trainer, RefusesAReplayLargerThanMemory) {
  Config config = ShortCatch();
  config.agent.replay.capacity = 100'000'000;
  config.env.game = "space_invaders";
  EXPECT_THROW(Trainer{config}, UserError);
}

}  // namespace
}  // namespace arcadeq
