// Which episodes a Trainer films, and the events that it emits about them.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include "config/config.h"
#include "config/preset.h"
#include "nn/testing/values.h"
#include "picture/image.h"
#include "picture/moment.h"
#include "record/event.h"
#include "record/spectator.h"
#include "train/testing/pqn.h"
#include "train/testing/short_run.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

using testing::ShortCatch;
using testing::ShortRun;

TEST(Filming, ChangesNothing) {
  for (const bool pqn : {false, true}) {
    Config config = ShortCatch();
    if (pqn) testing::LearnByPqn(config);
    const ShortRun filmed(config);
    config.record.gif_every_episodes = 0;
    const ShortRun plain(config);
    EXPECT_EQ(filmed.weights, plain.weights);
    EXPECT_TRUE(plain.All<VideoFrame>().empty());
  }
}

TEST(Filming, FilmsTheFirstEpisodeAndThenEveryTenth) {
  const ShortRun run(ShortCatch());
  const auto films = run.All<VideoEnded>();
  ASSERT_GE(films.size(), 2u);
  for (std::size_t i = 0; i < films.size(); ++i) {
    EXPECT_EQ(films[i].episode, 1 + 10 * static_cast<std::int64_t>(i));
  }
}

// It consists of the pictures of the episode that names it: the first and one per step.
TEST(Filming, AFilmShowsTheWholeEpisodeThatNamesIt) {
  for (const auto& [envs, pqn] :
       {std::pair{1, false}, std::pair{8, false}, std::pair{40, false}, std::pair{8, true}}) {
    Config config = LoadPreset("cartpole");
    if (pqn) testing::LearnByPqn(config);
    config.train.envs = envs;
    config.train.steps = std::max(4000, 300 * envs);  // several episodes of the first environment
    config.agent.learning.starts = config.train.steps - 1000;
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

// At any moment of an episode; otherwise no pictures are made, unless episodes are filmed.
TEST(Filming, ShowsTheGameWhileSomeoneWatches) {
  constexpr std::int64_t kFrom = 100, kUntil = 150;
  for (const bool pqn : {false, true}) {
    Config config = ShortCatch();
    if (pqn) testing::LearnByPqn(config);
    config.record.gif_every_episodes = 0;
    config.record.progress_every_steps = 1;
    Spectator spectator;
    std::vector<std::int64_t> shown;  // steps
    std::int64_t steps = 0;
    Trainer trainer(config);
    trainer.ShowTo(spectator);
    trainer.Run(
        nullptr, nullptr,
        [&](const Event& event) {
          EXPECT_FALSE(std::holds_alternative<VideoEnded>(event));
          if (const auto* picture = std::get_if<VideoFrame>(&event)) {
            EXPECT_FALSE(picture->filmed);
            EXPECT_TRUE(IsComplete(*picture));
            EXPECT_FALSE(picture->moment);
            shown.push_back(steps);
          }
          if (const auto* progress = std::get_if<Progress>(&event)) steps = progress->step;
          spectator.watches = kFrom <= steps && steps < kUntil;
        },
        std::atomic<bool>{false});
    ASSERT_FALSE(shown.empty());
    EXPECT_GE(shown.front(), kFrom);
    EXPECT_LT(shown.back(), kUntil);
  }
}

// What the agent thinks comes with the pictures only if someone wants to see it, and changes
// nothing in the run.
TEST(Filming, TellsWhatTheAgentThinks) {
  for (const bool pqn : {false, true}) {
    Config config = ShortCatch();
    if (pqn) testing::LearnByPqn(config);
    const ShortRun plain(config);
    Spectator spectator;
    spectator.watches = true;
    spectator.wants_moments = true;
    double score = 0;
    std::int64_t moments = 0;
    Trainer trainer(config);
    trainer.ShowTo(spectator);
    trainer.Run(
        nullptr, nullptr,
        [&](const Event& event) {
          if (const auto* picture = std::get_if<VideoFrame>(&event)) {
            ASSERT_TRUE(picture->moment);
            const Moment& moment = *picture->moment;
            EXPECT_THAT(moment.actions, ::testing::ElementsAre("LEFT", "NOOP", "RIGHT"));
            EXPECT_EQ(moment.values.size(), 3u);
            EXPECT_EQ(moment.frames.size(), static_cast<std::size_t>(config.env.stack));
            score = moment.score;
            ++moments;
          }
          if (const auto* ended = std::get_if<EpisodeEnded>(&event); ended && ended->env == 0) {
            EXPECT_EQ(score, ended->raw_return);
          }
        },
        std::atomic<bool>{false});
    EXPECT_GT(moments, 0);
    EXPECT_EQ(testing::ValuesOf(trainer.agent().network(), trainer.agent().parameters()),
              plain.weights);
  }
}

TEST(Filming, FilmsAtTheSpeedOfTheGame) {
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

}  // namespace
}  // namespace arcadeq
