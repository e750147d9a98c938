#include "train/trainer.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/testing/temporary_directory.h"
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
    weights = testing::ValuesOf(trainer.agent().network(), trainer.agent().parameters());
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
  config.agent.learning.starts = 300;
  config.agent.learning.batch_size = 16;  // a shard of the convolutions for each of four threads
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

TEST(Trainer, EvaluatesNowAndThenAndChangesNothing) {
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
  const auto films = run.All<VideoEnded>();
  ASSERT_GE(films.size(), 2u);
  for (std::size_t i = 0; i < films.size(); ++i) {
    EXPECT_EQ(films[i].episode, 1 + 10 * static_cast<std::int64_t>(i));
  }
}

// Every picture of the episode that the film is named by: the first and one a step.
TEST(Trainer, AFilmIsOfTheEpisodeThatNamesIt) {
  for (const int envs : {1, 8}) {
    Config config = LoadPreset("cartpole");
    config.train.envs = envs;
    config.train.steps = 4000;
    config.agent.learning.starts = 3000;
    config.record.gif_every_episodes = 20;
    const ShortRun run(config);
    const auto episodes = run.All<EpisodeEnded>();
    for (std::size_t i = 0; i < episodes.size(); ++i) {
      EXPECT_EQ(episodes[i].episode, static_cast<std::int64_t>(i + 1));
      EXPECT_EQ(episodes[i].env, (episodes[i].step - 1) % envs);
    }
    std::int64_t pictures = 0, first_step = 0, films = 0;
    for (const Event& event : run.events) {
      if (const auto* picture = std::get_if<VideoFrame>(&event)) {
        if (pictures++ == 0) first_step = picture->first_step;
        ASSERT_EQ(picture->first_step, first_step);
      } else if (const auto* ended = std::get_if<VideoEnded>(&event)) {
        const EpisodeEnded& filmed = episodes.at(static_cast<std::size_t>(ended->episode - 1));
        EXPECT_EQ(filmed.env, 0);
        EXPECT_EQ(pictures, filmed.length_steps + 1) << "episode " << ended->episode;
        EXPECT_EQ(first_step, filmed.step - (filmed.length_steps - 1) * envs);
        pictures = 0;
        ++films;
      }
    }
    EXPECT_GE(films, 5);
  }
}

TEST(Trainer, ShowsTheEpisodesThatBeginWhileSomebodyWatches) {
  const Config config = ShortCatch();
  std::atomic<bool> watched{true};
  std::set<std::int64_t> filmed, shown;
  bool is_filmed = false;
  Trainer trainer(config);
  trainer.ShowEpisodesWhile(watched);
  trainer.Run(
      nullptr, nullptr,
      [&](const Event& event) {
        if (const auto* picture = std::get_if<VideoFrame>(&event)) is_filmed = picture->filmed;
        if (const auto* video = std::get_if<VideoEnded>(&event)) {
          (is_filmed ? filmed : shown).insert(video->episode);
        }
        const auto* ended = std::get_if<EpisodeEnded>(&event);
        if (ended != nullptr && ended->episode == 13) watched = false;
      },
      std::atomic<bool>{false});
  EXPECT_THAT(filmed, ::testing::ElementsAre(1, 11, 21, 31, 41, 51, 61));
  EXPECT_THAT(shown, ::testing::ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13));
}

// Also within a window of many steps.
TEST(Trainer, TellsTheFramesThatWereStoredAtTheStep) {
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
    // A frame for each step, and one with which each episode begins.
    EXPECT_EQ(progress.replay_frames, progress.step + begun) << progress.step;
  }
}

TEST(Trainer, FilmsAtTheSpeedOfTheGame) {
  Config config;
  config.env.game = "mr_do";  // PAL
  config.env.frame_skip = {4, 4};
  config.env.noop_max = 0;
  config.agent.replay.capacity = 1000;
  config.agent.network.hidden = 16;
  config.train.steps = 300;
  double seconds = 0;
  for (const VideoFrame& picture : ShortRun(config).All<VideoFrame>()) seconds += picture.seconds;
  EXPECT_NEAR(seconds, 1201 / 50.0, 1e-6);
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

// They are those of the window's end, however many episodes ended before.
TEST(Trainer, WritesTheWeightsOfAStepUnderItsName) {
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
  config.agent.learning.update_period = 4;
  Trainer trainer(config);
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr, [](const Event&) {}, stop);
  EXPECT_EQ(trainer.agent().updates(), 300 / 4);
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
      EXPECT_GE(trainer.step(), 600);
      EXPECT_LT(trainer.step(), 600 + std::max(envs, period));
      EXPECT_EQ(trainer.agent().updates(), trainer.step() / period - 300 / period);
    }
  }
}

// The losses of the updates that fell due at each step, by step; NaN where none did.
std::vector<double> LossesByStep(const ShortRun& run) {
  std::vector<double> losses(1, std::nan(""));
  for (const Progress& progress : run.All<Progress>()) {
    EXPECT_EQ(progress.step, static_cast<std::int64_t>(losses.size()));
    losses.push_back(progress.loss);
  }
  return losses;
}

TEST(Trainer, AnUpdateBelongsToTheEpisodesAtTheStepAtWhichItFallsDue) {
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
        // Of the rounds of steps, one in each environment, that the episode lasted.
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

// However many points fall into a window, and however the windows lie to them.
TEST(Trainer, ASpeedIsOfTheTimeThatItsStepsTook) {
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
  config.agent.replay.capacity = 100'000'000;
  config.env.game = "space_invaders";
  EXPECT_THROW(Trainer{config}, UserError);
}

}  // namespace
}  // namespace arcadeq
