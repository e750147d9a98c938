#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"
#include "nn/testing/values.h"
#include "train/preset.h"

namespace arcadeq {
namespace {

// A short run on Catch whose events and last weights are kept.
struct ShortRun {
  std::vector<Event> events;
  std::vector<float> weights;

  explicit ShortRun(const Config& config) {
    Trainer trainer(config);
    const std::atomic<bool> stop{false};
    trainer.Run(
        nullptr, nullptr, [this](Event event) { events.push_back(std::move(event)); }, stop);
    weights = testing::ValuesOf(trainer.network(), trainer.learner().online());
  }

  template <typename Kind>
  std::vector<Kind> All() const {
    std::vector<Kind> found;
    for (const Event& event : events) {
      if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    }
    return found;
  }
};

Config ShortCatch() {
  Config config = LoadPreset("catch");
  config.train.steps = 600;
  config.train.learning_starts = 300;
  config.train.batch_size = 16;  // a shard of the convolutions for each of four threads
  config.record.progress_every_steps = 100;
  config.record.gif_every_episodes = 10;
  return config;
}

TEST(Trainer, SameSeedSameRunOnAnyNumberOfThreads) {
  Config config = ShortCatch();
  const ShortRun one(config);
  for (std::int64_t threads : {1, 2, 4}) {
    config.train.threads = threads;
    EXPECT_EQ(ShortRun(config).weights, one.weights) << threads << " threads";
  }
  config.train.seed = 2;
  EXPECT_NE(ShortRun(config).weights, one.weights);
}

TEST(Trainer, SameRunHoweverEnvironmentsAreSpreadOverThreads) {
  for (const bool overlap : {true, false}) {
    Config config = ShortCatch();
    config.train.envs = 5;
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

TEST(Trainer, FilmingChangesNothing) {
  Config config = ShortCatch();
  const ShortRun filmed(config);
  config.record.gif_every_episodes = 0;
  const ShortRun plain(config);
  EXPECT_EQ(filmed.weights, plain.weights);
  EXPECT_TRUE(plain.All<VideoFrame>().empty());
}

TEST(Trainer, EventsTellTheWholeRun) {
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

TEST(Trainer, FilmsOneEpisodeInSoManyFromTheFirstOn) {
  const ShortRun run(ShortCatch());
  std::vector<std::int64_t> filmed;
  for (const VideoFrame& frame : run.All<VideoFrame>()) {
    if (filmed.empty() || filmed.back() != frame.episode) filmed.push_back(frame.episode);
  }
  ASSERT_GE(filmed.size(), 2u);
  for (std::size_t i = 0; i < filmed.size(); ++i) {
    EXPECT_EQ(filmed[i], 1 + 10 * static_cast<std::int64_t>(i));
  }
  // Every picture of the episode: the first and one a step.
  const auto frames = run.All<VideoFrame>();
  const auto first = std::ranges::count(frames, 1, &VideoFrame::episode);
  EXPECT_EQ(first, run.All<EpisodeEnded>().at(0).length_steps + 1);
}

TEST(Trainer, EndsAtWhicheverLimitComesFirst) {
  Config config = ShortCatch();
  config.train.episodes = 3;
  EXPECT_EQ(ShortRun(config).All<RunEnded>().at(0).episode, 3);
  config.train.episodes = 0;
  config.train.frames = 50;
  EXPECT_EQ(ShortRun(config).All<RunEnded>().at(0).frame, 50);
}

TEST(Trainer, StopsAfterTheStepAtHand) {
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
  EXPECT_EQ(trainer.step(), 200);
  EXPECT_EQ(reason, "interrupted");
}

TEST(Trainer, UpdatesOncePerPeriod) {
  Config config = ShortCatch();
  config.train.update_period = 4;
  Trainer trainer(config);
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr, [](const Event&) {}, stop);
  EXPECT_EQ(trainer.learner().updates(), 300 / 4);
}

TEST(Trainer, UpdatesOncePerPeriodWithManyEnvironments) {
  for (const bool overlap : {true, false}) {
    for (const auto& [envs, period] : {std::pair{4, 1}, std::pair{4, 8}, std::pair{6, 4}}) {
      Config config = ShortCatch();
      config.train.overlap = overlap;
      config.train.envs = envs;
      config.train.update_period = period;
      Trainer trainer(config);
      const std::atomic<bool> stop{false};
      trainer.Run(
          nullptr, nullptr, [](const Event&) {}, stop);
      EXPECT_GE(trainer.step(), 600);
      EXPECT_LT(trainer.step(), 600 + std::max(envs, period));
      EXPECT_EQ(trainer.learner().updates(), trainer.step() / period - 300 / period);
    }
  }
}

// With the learner's update left out of it, acting beside the learner or before it is the same.
TEST(Trainer, TheFirstWindowsAreTheSameWithAndWithoutOverlap) {
  Config config = ShortCatch();
  config.train.steps = 300;
  const ShortRun overlapping(config);
  config.train.overlap = false;
  const ShortRun sequential(config);
  const auto a = overlapping.All<EpisodeEnded>(), b = sequential.All<EpisodeEnded>();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].raw_return, b[i].raw_return);
}

TEST(Trainer, AReplayLargerThanMemoryIsRefused) {
  Config config = ShortCatch();
  config.replay.capacity = 100'000'000;
  config.env.game = "space_invaders";
  EXPECT_THROW(Trainer{config}, UserError);
}

}  // namespace
}  // namespace arcadeq
