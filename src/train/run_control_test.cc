// Commands from outside, and that they change nothing of what a run computes.
#include "train/run_control.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include "config/config.h"
#include "nn/testing/values.h"
#include "record/event.h"
#include "train/testing/pqn.h"
#include "train/testing/short_run.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ShortCatch;
using testing::ShortRun;

struct ControlledRun {
  std::vector<Event> events;
  std::vector<float> weights;
};

// `react` is called with each event, on the trainer's thread.
ControlledRun RunObeying(const Config& config, RunControl& control, const std::atomic<bool>& stop,
                         const std::function<void(const Event&)>& react) {
  ControlledRun run;
  Trainer trainer(config);
  trainer.Obey(control);
  trainer.Run(
      nullptr, nullptr,
      [&](Event event) {
        react(event);
        run.events.push_back(std::move(event));
      },
      stop);
  run.weights = testing::ValuesOf(trainer.agent().network(), trainer.agent().parameters());
  return run;
}

bool IsEpisode(const Event& event, std::int64_t number) {
  const auto* ended = std::get_if<EpisodeEnded>(&event);
  return ended != nullptr && ended->episode == number;
}

TEST(RunControl, KnowsItsWords) {
  EXPECT_EQ(ParseRunCommand("pause"), RunCommand::kPause);
  EXPECT_EQ(ParseRunCommand("resume"), RunCommand::kResume);
  EXPECT_EQ(ParseRunCommand("save"), RunCommand::kSave);
  EXPECT_EQ(ParseRunCommand("record"), RunCommand::kRecord);
  EXPECT_EQ(ParseRunCommand("help"), RunCommand::kHelp);
  EXPECT_EQ(RunCommandWords(), "pause, resume, save, record, help");
  EXPECT_EQ(ParseRunCommand("Pause"), std::nullopt);
  EXPECT_EQ(ParseRunCommand(""), std::nullopt);
}

TEST(RunControl, KeepsTheOrderAndNoRepetitions) {
  RunControl control;
  for (int i = 0; i < 3; ++i) control.Request(RunCommand::kSave);
  control.Request(RunCommand::kPause);
  control.Request(RunCommand::kSave);
  EXPECT_THAT(control.Take(),
              ElementsAre(RunCommand::kSave, RunCommand::kPause, RunCommand::kSave));
  EXPECT_THAT(control.Take(), IsEmpty());
}

TEST(RunControl, BoundsWhatIsPending) {
  RunControl control;
  for (int i = 0; i < 10'000; ++i) {
    control.Request(i % 2 == 0 ? RunCommand::kPause : RunCommand::kResume);
  }
  EXPECT_LE(control.Take().size(), 64u);
}

TEST(RunControl, PausesChangeNothing) {
  for (const bool pqn : {false, true}) {
    Config config = ShortCatch();
    if (pqn) testing::LearnByPqn(config);
    RunControl control;
    const ControlledRun paused =
        RunObeying(config, control, std::atomic<bool>{false}, [&](const Event& event) {
          if (IsEpisode(event, 5) || IsEpisode(event, 40)) control.Request(RunCommand::kPause);
          const auto* changed = std::get_if<PauseChanged>(&event);
          if (changed != nullptr && changed->paused) {
            control.Request(RunCommand::kRecord);
            control.Request(RunCommand::kResume);
          }
        });
    std::vector<PauseChanged> changes;
    for (const Event& event : paused.events) {
      if (const auto* changed = std::get_if<PauseChanged>(&event)) changes.push_back(*changed);
    }
    ASSERT_EQ(changes.size(), 4u);
    for (std::size_t i = 0; i < changes.size(); ++i) EXPECT_EQ(changes[i].paused, i % 2 == 0);
    EXPECT_EQ(changes[0].step, changes[1].step);
    EXPECT_EQ(changes[2].step, changes[3].step);
    EXPECT_EQ(paused.weights, ShortRun(config).weights);
  }
}

TEST(RunControl, APausedRunStops) {
  RunControl control;
  control.Request(RunCommand::kPause);
  std::atomic<bool> stop{false};
  const ControlledRun run = RunObeying(ShortCatch(), control, stop, [&](const Event& event) {
    if (std::holds_alternative<PauseChanged>(event)) stop = true;
  });
  const auto& ended = std::get<RunEnded>(run.events.back());
  EXPECT_TRUE(ended.interrupted);
  EXPECT_EQ(ended.step, 0);
}

// A film on request comes on top of the regular ones.
TEST(RunControl, FilmsTheNextEpisode) {
  RunControl control;
  std::vector<std::int64_t> films;
  RunObeying(ShortCatch(), control, std::atomic<bool>{false}, [&](const Event& event) {
    if (IsEpisode(event, 3)) control.Request(RunCommand::kRecord);
    if (const auto* video = std::get_if<VideoEnded>(&event)) films.push_back(video->episode);
  });
  ASSERT_GE(films.size(), 4u);
  EXPECT_EQ(films[0], 1);
  EXPECT_GT(films[1], 3);
  EXPECT_LT(films[1], 6);
  EXPECT_EQ(films[2], 11);
  EXPECT_EQ(films[3], 21);
}

}  // namespace
}  // namespace arcadeq
