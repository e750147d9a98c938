#include "sweep/run_result.h"

#include <filesystem>
#include <system_error>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "checkpoint/checkpoint_directory.h"

namespace arcadeq {
namespace {

using Json = nlohmann::ordered_json;

// Throws nlohmann's exceptions.
void ReadEvaluation(const Json& json, RunResult& result) {
  json.at("episodes").get_to(result.games);
  json.at("seed").get_to(result.evaluation_seed);
  json.at("epsilon").get_to(result.epsilon);
  json.at("scores").get_to(result.scores);
  result.weights = std::filesystem::path(json.at("weights").get<std::string>()).filename().string();
}

bool HasScores(const RunResult& result) {
  return !result.scores.empty() && static_cast<std::int64_t>(result.scores.size()) == result.games;
}

}  // namespace

RunResult MakeResult(const RunCounters& counters, const std::string& evaluation) {
  RunResult result;
  result.counters = counters;
  try {
    ReadEvaluation(Json::parse(evaluation), result);
  } catch (const Json::exception& error) {
    ThrowUserError("its evaluation cannot be read: {}", error.what());
  }
  if (!HasScores(result)) ThrowUserError("its evaluation does not have one score per game");
  return result;
}

void WriteResult(const SweepRun& run, const RunResult& result) {
  const ScoreSummary summary = result.Summary();
  const Json json = {
      {"variant", run.variant},
      {"seed", run.seed},
      {"steps", result.counters.steps},
      {"frames", result.counters.frames},
      {"episodes", result.counters.episodes},
      {"updates", result.counters.updates},
      {"seconds", result.counters.seconds},
      {"evaluation",
       {{"episodes", result.games},
        {"seed", result.evaluation_seed},
        {"epsilon", result.epsilon},
        {"weights", result.weights},
        {"mean", summary.mean},
        {"standard_deviation", summary.standard_deviation},
        {"scores", result.scores}}},
  };
  WriteFileAtomically(run.result, JsonText(json, 2) + "\n");
}

std::optional<RunResult> ReadResult(const SweepRun& run) {
  std::error_code error;
  if (!std::filesystem::exists(run.result, error)) return std::nullopt;
  RunResult result;
  try {
    const Json json = Json::parse(ReadFile(run.result));
    json.at("steps").get_to(result.counters.steps);
    json.at("frames").get_to(result.counters.frames);
    json.at("episodes").get_to(result.counters.episodes);
    json.at("updates").get_to(result.counters.updates);
    json.at("seconds").get_to(result.counters.seconds);
    ReadEvaluation(json.at("evaluation"), result);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return HasScores(result) ? std::optional(result) : std::nullopt;
}

bool IsCurrent(const RunResult& result, const SweepPlan& plan, const SweepRun& run) {
  const std::vector<std::int64_t> steps = ListCheckpoints(run.directory / "checkpoints");
  return result.games == plan.evaluation.episodes &&
         result.evaluation_seed == plan.evaluation.seed && result.epsilon == run.epsilon &&
         !steps.empty() && steps.back() == result.counters.steps;
}

}  // namespace arcadeq
