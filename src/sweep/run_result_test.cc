#include "sweep/run_result.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "evaluate/evaluation_record.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"
#include "sweep/testing/sample_sweep.h"
#include "train/run_counters.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Optional;

constexpr char kEvaluation[] =
    R"({"game": "catch", "weights": "somewhere/weights/step_000000300.safetensors", "episodes": 3, "seed": 1,
        "epsilon": 0.0, "mean": 2, "scores": [1, 2.5, -4]})";

// As a former version wrote it, with the steps in whatever form.
std::string OlderResult(const std::string& steps) {
  return R"({"variant": "base", "seed": 1, "frames": 300, "episodes": 9, "updates": 7, "seconds": 1.5,
             "evaluation": {"episodes": 2, "seed": 1, "epsilon": 0.0, "mean": 1.5,
                            "weights": "step_000000300.safetensors", "standard_deviation": 0.5,
                            "scores": [1, 2]},
             "steps": )" +
         steps + "}";
}

class RunResultTest : public testing::Test {
 protected:
  RunResultTest() {
    std::filesystem::create_directories(sweep_.directory / "results");
    counters_.steps = 300;
    counters_.frames = 1200;
    counters_.seconds = 1.5;
  }

  const SampleSweep sweep_;
  const SweepRun& run_ = sweep_.runs[0];
  RunCounters counters_;
};

TEST_F(RunResultTest, ReadsBackUnchanged) {
  EXPECT_FALSE(ReadResult(run_.result));
  WriteResult(run_, MakeResult(counters_, kEvaluation));
  const std::optional<RunResult> result = ReadResult(run_.result);
  if (!result) FAIL();
  EXPECT_EQ(result->counters.steps, 300);
  EXPECT_EQ(result->counters.frames, 1200);
  EXPECT_EQ(result->counters.seconds, 1.5);
  EXPECT_EQ(result->games(), 3);
  EXPECT_EQ(result->evaluation.weights, "step_000000300.safetensors");
  EXPECT_THAT(result->evaluation.scores, ElementsAre(1, 2.5, -4));
  EXPECT_NEAR(result->Summary().mean, -0.5 / 3, 1e-12);
}

TEST_F(RunResultTest, RefusesInvalidEvaluations) {
  const auto refusal = [this](const std::string& text) {
    return RefusalOf([&] { MakeResult(counters_, text); });
  };
  EXPECT_THAT(refusal(""), HasSubstr("its output is not an evaluation"));
  EXPECT_THAT(refusal("{}"), HasSubstr("its output is not an evaluation"));
}

TEST_F(RunResultTest, RefusesADamagedFile) {
  const auto refusal = [this] { return RefusalOf([this] { ReadResult(run_.result); }); };
  WriteResult(run_, MakeResult(counters_, kEvaluation));
  std::filesystem::resize_file(run_.result, std::filesystem::file_size(run_.result) / 2);
  EXPECT_THAT(refusal(), HasSubstr(run_.result.string() + " is damaged"));
  std::ofstream(run_.result) << "{\"steps\": 1, \"evaluation\": 2}";
  EXPECT_THAT(refusal(), HasSubstr(run_.result.string()));
  for (const char* steps : {"1e42", "-1", "0.5", "18446744073709551615"}) {
    std::ofstream(run_.result) << OlderResult(steps);
    EXPECT_THAT(refusal(), HasSubstr(run_.result.string() + " is damaged")) << steps;
  }
}

TEST_F(RunResultTest, ReadsResultsOfFormerVersions) {
  std::ofstream(run_.result) << OlderResult("300");
  EXPECT_THAT(
      ReadResult(run_.result),
      Optional(Field(&RunResult::evaluation, Field(&EvaluationRecord::scores, ElementsAre(1, 2)))));
}

TEST_F(RunResultTest, IsCurrentOnlyForItsEvaluationAndCheckpoint) {
  const RunResult result = MakeResult(counters_, kEvaluation);
  EXPECT_FALSE(IsCurrent(result, sweep_.plan, run_));
  // Its checkpoints may have been removed.
  const auto weights = run_.directory / "weights/step_000000300.safetensors";
  std::filesystem::create_directories(weights);
  EXPECT_TRUE(IsCurrent(result, sweep_.plan, run_));
  std::filesystem::remove(weights);
  std::filesystem::create_directories(run_.directory / "checkpoints/step_000000300");
  EXPECT_TRUE(IsCurrent(result, sweep_.plan, run_));
  SweepPlan other = sweep_.plan;
  other.evaluation.episodes = 4;
  EXPECT_FALSE(IsCurrent(result, other, run_));
  other = sweep_.plan;
  other.evaluation.seed = 4;
  EXPECT_FALSE(IsCurrent(result, other, run_));
  other = sweep_.plan;
  other.evaluation.protocol = "sticky";
  EXPECT_FALSE(IsCurrent(result, other, run_));
  SweepRun greedier = run_;
  greedier.epsilon = 0.125;
  EXPECT_FALSE(IsCurrent(result, sweep_.plan, greedier));
  std::filesystem::create_directories(run_.directory / "checkpoints/step_000000400");
  EXPECT_FALSE(IsCurrent(result, sweep_.plan, run_));
}

}  // namespace
}  // namespace arcadeq
