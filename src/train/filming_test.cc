// Which episodes a Trainer films, and the events that it emits about them.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <variant>

#include <gmock/gmock.h>

#include "record/event.h"
#include "train/config.h"
#include "train/preset.h"
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
  for (const auto& [envs, pqn] : {std::pair{1, false}, std::pair{8, false}, std::pair{8, true}}) {
    Config config = LoadPreset("cartpole");
    if (pqn) testing::LearnByPqn(config);
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

TEST(Filming, ShowsTheEpisodesThatBeginWhileSomeoneWatches) {
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
