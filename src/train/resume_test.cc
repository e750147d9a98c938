#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <future>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/safetensors.h"
#include "base/testing/no_more_threads.h"
#include "base/testing/no_privileges.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/checkpoint_writer.h"
#include "config/config.h"
#include "config/fixed_settings.h"
#include "config/preset.h"
#include "loss/loss.h"
#include "record/event.h"
#include "record/sink.h"
#include "train/checkpointer.h"
#include "train/run_snapshot.h"
#include "train/testing/pqn.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Config ShortCatch() {
  Config config = LoadPreset("catch");
  config.train.steps = 900;
  config.agent.learning.starts = 200;
  config.agent.learning.batch_size = 12;  // a group (kGroupSamples) for each of three threads
  config.agent.replay.capacity = 600;
  config.record.progress_every_steps = 70;
  config.record.diagnostics_every_steps = 90;
  config.record.gif_every_episodes = 10;
  config.checkpoint.every_minutes = 0;
  return config;
}

std::future<SinkStates> NoSinks() {
  std::promise<SinkStates> promise;
  promise.set_value({});
  return promise.get_future();
}

// The part of a run that one process trained.
struct Part {
  std::vector<double> returns, losses;  // of episodes, of Progress events; -1 for NaN
  std::vector<Progress> progress;
  std::vector<NamedValue> diagnostics;  // of Progress and Diagnosis events
  std::vector<std::string> warnings;
  std::vector<std::int64_t> films;  // episodes
  // Step, mean score, and whether it is the best so far.
  std::vector<std::tuple<std::int64_t, double, bool>> evaluations;
  CheckpointHashes hashes;  // at its end

  void Append(const std::vector<NamedValue>& values) {
    diagnostics.insert(diagnostics.end(), values.begin(), values.end());
  }
};

// Trains in `directory`, from its newest checkpoint if there is one, to the limits of `config`, or
// until a report of `last_step` stops it.
Part Train(const Config& config, const std::filesystem::path& directory,
           std::int64_t last_step = std::numeric_limits<std::int64_t>::max()) {
  Trainer trainer(config);
  std::optional<Checkpoint> previous;
  if (!ListCheckpoints(directory).empty()) {
    std::vector<std::string> messages;
    const auto reader = CheckpointReader::OpenNewest(directory, messages);
    trainer.Restore(reader);
    previous = reader.checkpoint();
  }
  Checkpointer checkpointer(config.checkpoint, directory,
                            {0, config.env.game, "test", HashOfFixedSettings(config)},
                            std::move(previous), NoSinks);
  Part part;
  std::atomic<bool> stop{false};
  const auto emit = [&](const Event& event) {
    if (const auto* ended = std::get_if<EpisodeEnded>(&event)) {
      part.returns.push_back(ended->raw_return);
    } else if (const auto* progress = std::get_if<Progress>(&event)) {
      part.losses.push_back(std::isnan(progress->loss) ? -1 : progress->loss);
      part.progress.push_back(*progress);
      stop = progress->step >= last_step;
      part.Append(progress->action_shares);
      const double score = progress->random_return;
      part.diagnostics.push_back({"random_return", std::isnan(score) ? -1 : score});
    } else if (const auto* diagnosis = std::get_if<Diagnosis>(&event)) {
      part.Append(diagnosis->dead_units);
      part.diagnostics.push_back({"effective_rank", 1.0 * diagnosis->effective_rank});
    } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
      part.evaluations.emplace_back(evaluated->step, evaluated->mean, evaluated->best);
    } else if (const auto* film = std::get_if<VideoEnded>(&event)) {
      part.films.push_back(film->episode);
    } else if (const auto* note = std::get_if<Note>(&event); note != nullptr && note->warning) {
      part.warnings.push_back(note->text);
    }
  };
  trainer.Run(nullptr, &checkpointer, emit, stop);
  part.hashes = HashesOf(checkpointer.newest()->manifest);
  return part;
}

void ExpectEqual(const CheckpointHashes& a, const CheckpointHashes& b) {
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.optimizer, b.optimizer);
  EXPECT_EQ(a.replay, b.replay);
  EXPECT_EQ(a.trainer, b.trainer);
}

// Expects a run that is interrupted at each of `ends` and resumed to equal an uninterrupted one.
void ExpectSameRunInParts(Config config, const std::vector<std::int64_t>& ends) {
  const TemporaryDirectory once, often;
  const Part whole = Train(config, once.path());
  std::vector<double> returns, losses;
  Part last, all;
  for (std::int64_t end : ends) {
    Config part = config;
    part.train.steps = end;
    part.train.threads = 1 + end % 3;
    last = Train(part, often.path());
    returns.insert(returns.end(), last.returns.begin(), last.returns.end());
    losses.insert(losses.end(), last.losses.begin(), last.losses.end());
    all.Append(last.diagnostics);
    all.evaluations.insert(all.evaluations.end(), last.evaluations.begin(), last.evaluations.end());
  }
  EXPECT_EQ(returns, whole.returns);
  EXPECT_EQ(losses, whole.losses);
  EXPECT_EQ(all.diagnostics, whole.diagnostics);
  EXPECT_EQ(all.evaluations, whole.evaluations);
  ExpectEqual(last.hashes, whole.hashes);
}

TEST(Resume, AnInterruptedRunEqualsAnUninterruptedOne) {
  ExpectSameRunInParts(ShortCatch(), {100, 101, 450, 900});
}

TEST(Resume, WithManyEnvironments) {
  for (const std::int64_t envs : {3, 40}) {
    Config config = ShortCatch();
    config.train.envs = envs;
    ExpectSameRunInParts(config, {99, 450, 900});
  }
}

TEST(Resume, WithPeriodsOfSeveralSteps) {
  Config config = ShortCatch();
  config.agent.learning.update_period = 4;
  ExpectSameRunInParts(config, {100, 450, 900});
}

TEST(Resume, WithoutOverlap) {
  Config config = ShortCatch();
  config.train.overlap = false;
  ExpectSameRunInParts(config, {101, 450, 900});
}

TEST(Resume, WithEvaluationsOnTheWay) {
  Config config = ShortCatch();
  config.evaluation.every_steps = 100;
  config.evaluation.episodes = 3;
  ExpectSameRunInParts(config, {150, 451, 900});
}

TEST(Resume, AStopPutsOffAnEvaluation) {
  Config config = ShortCatch();
  config.record.progress_every_steps = 1;
  config.evaluation.every_steps = 100;
  config.evaluation.episodes = 3;
  const TemporaryDirectory once, often;
  const Part whole = Train(config, once.path());
  EXPECT_TRUE(Train(config, often.path(), 100).evaluations.empty());
  const Part rest = Train(config, often.path());
  EXPECT_EQ(rest.evaluations, whole.evaluations);
  ExpectEqual(rest.hashes, whole.hashes);
}

TEST(Resume, CartPole) {
  Config config = LoadPreset("cartpole");
  config.train.steps = 2000;
  config.checkpoint.every_minutes = 0;
  ExpectSameRunInParts(config, {700, 1500, 2000});
}

// Interrupts the run after each window; its schedules span the whole run.
TEST(Resume, PqnAtTheEndOfAnyWindow) {
  for (const char* preset : {"catch", "cartpole"}) {
    for (const char* loss : {"squared", "hl_gauss"}) {
      SCOPED_TRACE(std::string(preset) + ", " + loss);
      Config config = LoadPreset(preset);
      config.train.steps = 640;
      config.checkpoint.every_minutes = 0;
      config.record.progress_every_steps = 70;
      testing::LearnByPqn(config);
      config.agent.loss = LossChoice(loss);
      std::vector<std::int64_t> ends;
      for (std::int64_t end = 64; end <= config.train.steps; end += 64) ends.push_back(end);
      ExpectSameRunInParts(config, ends);
    }
  }
}

TEST(Resume, PqnWithLimitsWithinAWindow) {
  Config config = ShortCatch();
  testing::LearnByPqn(config);
  ExpectSameRunInParts(config, {1, 100, 450, 900});
}

TEST(Resume, SavesWithoutABackgroundThread) {
  Config config = ShortCatch();
  config.train.threads = 1;
  config.checkpoint.every_steps = 100;
  const TemporaryDirectory beside, in_turn;
  const Part expected = Train(config, beside.path());
  const NoMoreThreads no_more_threads;
  const Part part = Train(config, in_turn.path());
  EXPECT_THAT(part.warnings, ElementsAre());
  EXPECT_EQ(ListCheckpoints(in_turn.path()).back(), 900);
  ExpectEqual(part.hashes, expected.hashes);
}

TEST(Resume, SavesWhenACheckpointIsDue) {
  const TemporaryDirectory directory;
  Config config = ShortCatch();
  config.checkpoint.every_steps = 300;
  config.checkpoint.keep = 10;
  config.checkpoint.archive_every_steps = 0;
  Train(config, directory.path());
  // A checkpoint is skipped if the one before is not on the disk yet.
  const auto steps = ListCheckpoints(directory.path());
  EXPECT_EQ(steps.front(), 0);
  EXPECT_EQ(steps.back(), 900);
  EXPECT_GE(steps.size(), 3u);
}

// The replay refills dropped segments while others are being written.
TEST(Resume, UncompressedWithManyCheckpoints) {
  Config config = ShortCatch();
  config.agent.replay.compression = "none";
  config.checkpoint.every_steps = 10;
  ExpectSameRunInParts(config, {450, 900});
}

TEST(Resume, ReportsTheWarningsOfTheLastCheckpoint) {
  const TemporaryDirectory directory;
  const NoPrivileges no_privileges;
  Config config = ShortCatch();
  config.checkpoint.keep = 1;
  config.agent.learning.starts = 50;
  config.train.steps = 100;
  Train(config, directory.path());
  const auto first = directory.path() / CheckpointName(100);
  std::filesystem::permissions(first, std::filesystem::perms(0555));
  config.train.steps = 101;
  EXPECT_THAT(Train(config, directory.path()).warnings, ElementsAre(HasSubstr("cannot remove")));
  for (const auto& left : std::filesystem::directory_iterator(directory.path())) {
    std::filesystem::permissions(left, std::filesystem::perms(0755));
  }
}

TEST(Resume, ANewFilmingIntervalTakesEffect) {
  const TemporaryDirectory directory;
  Config config = ShortCatch();
  config.record.gif_every_episodes = 2;
  config.train.steps = 450;
  EXPECT_THAT(Train(config, directory.path()).films, Contains(43));
  config.record.gif_every_episodes = 20;
  config.train.steps = 900;
  EXPECT_THAT(Train(config, directory.path()).films, ElementsAre(61, 81));
}

TEST(Resume, ASpeedCoversTheStepsSinceTheLastPoint) {
  const TemporaryDirectory directory;
  Config config = ShortCatch();
  config.record.progress_every_steps = 70;
  config.train.steps = 100;
  const Progress last = Train(config, directory.path()).progress.back();
  ASSERT_EQ(last.step, 70);
  config.record.progress_every_steps = 97;
  config.train.steps = 200;
  const Progress next = Train(config, directory.path()).progress.at(0);
  ASSERT_EQ(next.step, 194);
  EXPECT_NEAR(next.steps_per_second * (next.wall_seconds - last.wall_seconds), 194 - 70, 1e-3);
}

TEST(Resume, RecordingDoesNotAffectTheHashes) {
  const TemporaryDirectory one, other;
  Config config = ShortCatch();
  const Part a = Train(config, one.path());
  config.record.gif_every_episodes = 0;
  config.record.progress_every_steps = 97;
  const Part b = Train(config, other.path());
  ASSERT_NE(a.losses, b.losses);
  ExpectEqual(a.hashes, b.hashes);
}

TEST(Resume, RefusesACheckpointOfAnotherRun) {
  const TemporaryDirectory directory;
  Train(ShortCatch(), directory.path());
  std::vector<std::string> messages;
  const auto reader = CheckpointReader::OpenNewest(directory.path(), messages);
  Config other = ShortCatch();
  other.agent.network.hidden = 32;
  EXPECT_THROW(Trainer(other).Restore(reader), UserError);
  other = ShortCatch();
  other.env.stack = 3;
  EXPECT_THROW(Trainer(other).Restore(reader), UserError);
  other = LoadPreset("cartpole");
  EXPECT_THROW(Trainer(other).Restore(reader), UserError);
  other = ShortCatch();
  other.train.envs = 2;
  EXPECT_THROW(Trainer(other).Restore(reader), UserError);
}

TEST(Divergence, ALossThatIsNotFiniteEndsTheRunUnsaved) {
  const TemporaryDirectory directory;
  Config config = ShortCatch();
  config.agent.optimizer.algorithm = "rmsprop";
  config.agent.optimizer.learning_rate = 10;
  config.agent.optimizer.epsilon = 1e-12;
  config.agent.optimizer.decay = 0;
  Declare(config).SetFromAssignment("agent.huber_delta=1e9", "test");
  config.checkpoint.every_steps = 50;
  const std::string refusal = RefusalOf([&] { Train(config, directory.path()); });
  EXPECT_THAT(refusal, HasSubstr("learning has diverged"));
  EXPECT_THAT(refusal, HasSubstr("The last good checkpoint is"));
  std::vector<std::string> messages;
  Trainer(config).Restore(CheckpointReader::OpenNewest(directory.path(), messages));
}

// The checkpoint is intact and its hashes match, as if written by a version without the check.
TEST(Divergence, RefusesACheckpointWithAValueThatIsNotFinite) {
  const TemporaryDirectory directory, changed;
  const Config config = ShortCatch();
  Train(config, directory.path());
  std::vector<std::string> messages;
  const auto good = CheckpointReader::OpenNewest(directory.path(), messages);
  for (const char* damaged : {"online.safetensors", "optimizer_square.safetensors"}) {
    CheckpointWriter writer(changed.path(), good.info(), std::nullopt);
    for (const auto& [name, entry] : good.checkpoint().manifest.files) {
      const std::vector<std::byte> bytes = good.Read(name, 1 << 20);
      std::string content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      if (name == damaged) {
        SafetensorsFile file = ParseSafetensors(content, name);
        file.tensors.begin()->second.values.front() = std::numeric_limits<float>::quiet_NaN();
        std::vector<TensorView> views;
        for (const auto& [tensor, kept] : file.tensors) {
          views.push_back({tensor, kept.shape, kept.values});
        }
        content = FormatSafetensors(views, {});
      }
      writer.AddBytes(name, std::as_bytes(std::span(content)));
    }
    writer.Commit({}, messages);
    const auto bad = CheckpointReader::OpenNewest(changed.path(), messages);
    EXPECT_THAT(RefusalOf([&] { Trainer(config).Restore(bad); }),
                AllOf(HasSubstr(damaged), HasSubstr("holds nan")));
  }
}

TEST(Divergence, WarnsOnceOfValuesBeyondAnyReturn) {
  const TemporaryDirectory directory;
  Config config = ShortCatch();
  config.agent.optimizer.learning_rate = 3;
  config.agent.gamma = 0.5;
  EXPECT_THAT(Train(config, directory.path()).warnings,
              ElementsAre(HasSubstr("no return can be above 2.0")));
}

}  // namespace
}  // namespace arcadeq
