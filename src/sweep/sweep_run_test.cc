#include "sweep/sweep_run.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/directory_lock.h"
#include "base/file.h"
#include "base/testing/refusal.h"
#include "sweep/sweep_plan.h"
#include "sweep/testing/sample_sweep.h"
#include "train/training_run.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// Trains a run as its process would: to its end, or only as far as its first checkpoint.
void Train(const SweepRun& run, bool to_its_end) {
  TrainingRun training = TrainingRun::Begin(run.config, run.directory, "catch", "");
  const std::atomic<bool> stop{!to_its_end};
  EXPECT_EQ(training.Train({}, stop), to_its_end);
}

TEST(SweepRun, CombinesEachVariantWithEachSeed) {
  const SampleSweep sweep;
  std::vector<std::string> names;
  for (const SweepRun& run : sweep.runs) names.push_back(run.name);
  EXPECT_THAT(names, ElementsAre("base-seed1", "low-seed1", "base-seed2", "low-seed2"));
  const SweepRun& run = sweep.runs.back();
  EXPECT_EQ(run.config.agent.gamma, 0.5);
  EXPECT_EQ(run.config.train.seed, 2);
  EXPECT_EQ(run.epsilon, 0);  // as catch is evaluated
  EXPECT_THAT(
      run.train_arguments,
      ElementsAre("arcadeq", "train", "--preset", "catch", "--threads", "1", "--seed", "2", "--out",
                  run.directory.string(), "--set", "train.steps=300", "--set", "agent.gamma=0.5"));
}

TEST(SweepRun, IsEvaluatedByTheProtocolOfThePlan) {
  const auto run = [](const std::string& evaluation) {
    return RunsOf(ParseSweepPlan("seeds = [1]\n[evaluation]\n" + evaluation + "\n[variants.base]\n",
                                 "x.toml"))[0];
  };
  const auto protocol = [](const SweepRun& made) {
    const auto option = std::ranges::find(made.evaluate_arguments, "--protocol");
    return option == made.evaluate_arguments.end() ? "none" : *std::next(option);
  };
  EXPECT_EQ(protocol(run("")), "training");
  EXPECT_EQ(run("").epsilon, run("").config.agent.policy.evaluation_epsilon);
  EXPECT_EQ(protocol(run("protocol = \"noop\"")), "noop");
  EXPECT_EQ(run("protocol = \"noop\"").epsilon, 0.05);
  EXPECT_EQ(run("protocol = \"noop\"\nepsilon = 0.5").epsilon, 0.5);
  EXPECT_EQ(run("protocol = \"noop\"").config.env.noop_max, run("").config.env.noop_max)
      << "the run trains as it would without";
}

TEST(SweepRun, ProgressComesFromItsFiles) {
  const SampleSweep sweep;
  const SweepRun& run = sweep.runs[0];
  EXPECT_FALSE(InspectRun(run).begun);
  Train(run, false);
  EXPECT_TRUE(InspectRun(run).begun);
  EXPECT_FALSE(InspectRun(run).complete);

  Train(sweep.runs[1], true);
  const RunProgress progress = InspectRun(sweep.runs[1]);
  EXPECT_TRUE(progress.begun && progress.complete);
  EXPECT_EQ(progress.counters.steps, 300);
  EXPECT_GT(progress.counters.seconds, 0);
  // As if killed between its last checkpoint and its weights.
  std::filesystem::remove_all(sweep.runs[1].directory / "weights");
  EXPECT_FALSE(InspectRun(sweep.runs[1]).complete);

  const DirectoryLock lock(run.directory);
  EXPECT_THROW(InspectRun(run), DirectoryInUse);
  EXPECT_THROW(RemoveUnbegun(run), DirectoryInUse);
}

TEST(SweepRun, RemovesOnlyRunsWithoutACheckpoint) {
  const SampleSweep sweep;
  const auto files = [](const SweepRun& run) { return ListDirectory(run.directory); };
  RemoveUnbegun(sweep.runs[0]);
  EXPECT_THAT(files(sweep.runs[0]), ElementsAre());

  Train(sweep.runs[0], false);
  const auto before = files(sweep.runs[0]);
  RemoveUnbegun(sweep.runs[0]);
  EXPECT_EQ(files(sweep.runs[0]), before);

  // Checkpoints that somebody has removed, or that are on a disk that is missing.
  const std::filesystem::path run = sweep.runs[0].directory, checkpoints = run / "checkpoints";
  const auto refusal = [&] { return RefusalOf([&] { RemoveUnbegun(sweep.runs[0]); }); };
  std::filesystem::remove_all(checkpoints);
  EXPECT_THAT(refusal(), HasSubstr("has no checkpoint, but weights"));
  std::filesystem::remove_all(run / "weights");
  std::filesystem::create_symlink(run / "nowhere", checkpoints);
  EXPECT_THAT(refusal(), HasSubstr("has no checkpoint, but checkpoints"));
  std::filesystem::remove(checkpoints);
  std::ofstream(run / "mine.txt") << "precious";
  EXPECT_THAT(refusal(), HasSubstr("has no checkpoint, but mine.txt"));
  std::filesystem::remove(run / "mine.txt");
  EXPECT_TRUE(std::filesystem::exists(run / "config.toml"));

  // As if killed before its first checkpoint.
  RemoveUnbegun(sweep.runs[0]);
  EXPECT_THAT(files(sweep.runs[0]), ElementsAre("lock"));
  Train(sweep.runs[0], true);

  // Not a run.
  std::filesystem::create_directories(sweep.runs[1].directory);
  std::ofstream(sweep.runs[1].directory / "mine.txt") << "precious";
  RemoveUnbegun(sweep.runs[1]);
  EXPECT_THAT(files(sweep.runs[1]), ElementsAre("mine.txt"));
}

TEST(SweepRun, MustBeAbleToBegin) {
  const auto check = [](const std::string& variant) {
    const SweepPlan plan = ParseSweepPlan(
        "preset = \"catch\"\nseeds = [1, 2]\n[variants.base]\n[variants.other]\n" + variant,
        "plan.toml");
    return [plan] { CheckCanBegin(plan, RunsOf(plan)); };
  };
  EXPECT_NO_THROW(check("")());
  EXPECT_THAT(RefusalOf(check("env.game = \"no_such_game\"")),
              AllOf(HasSubstr("plan.toml: variant other: "), HasSubstr("no_such_game")));
  EXPECT_THAT(RefusalOf(check("env.game = \"cartpole\"")), HasSubstr("frames of at least"));
}

TEST(SweepRun, KeepsItsSettings) {
  const SampleSweep sweep;
  const auto refusal = [&](const std::string& low) {
    const SweepPlan plan = sweep.Plan(low);
    return RefusalOf([&] { CheckUnchanged(plan, RunsOf(plan)); });
  };
  EXPECT_EQ(refusal("agent.gamma = 0.6"), "");  // no run has begun
  Train(sweep.runs[1], false);
  EXPECT_EQ(refusal("agent.gamma = 0.5"), "");
  EXPECT_THAT(refusal("agent.gamma = 0.6"),
              AllOf(HasSubstr("sweeps/sample.toml:10: agent.gamma = 0.6: "),
                    HasSubstr("low-seed1 began with 0.5 and keeps it")));
  EXPECT_THAT(refusal("# nothing"), HasSubstr("sweeps/sample.toml: agent.gamma = 0.99: "));
  EXPECT_THAT(refusal("agent.gamma = 0.5\ntrain.steps = 400"),
              HasSubstr("sweeps/sample.toml:11: train.steps = 400: "));
  EXPECT_EQ(refusal("agent.gamma = 0.5\nenv.rom = \"elsewhere\""), "");
}

}  // namespace
}  // namespace arcadeq
