#include "sweep/run_result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/plausible.h"
#include "checkpoint/checkpoint_directory.h"
#include "evaluate/evaluation_record.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"
#include "train/run_counters.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void ThrowDamaged(const std::filesystem::path& file) {
  ThrowUserError("{} is damaged: it is not the result of a run", file.string());
}

}  // namespace

RunResult MakeResult(const RunCounters& counters, const std::string& evaluation) {
  RunResult result{counters, ParseEvaluation(evaluation, "its output")};
  result.evaluation.weights = std::filesystem::path(result.evaluation.weights).filename().string();
  return result;
}

void WriteResult(const SweepRun& run, const RunResult& result) {
  const Json json = {
      {"variant", run.variant},
      {"seed", run.seed},
      {"steps", result.counters.steps},
      {"frames", result.counters.frames},
      {"episodes", result.counters.episodes},
      {"updates", result.counters.updates},
      {"seconds", result.counters.seconds},
      {"evaluation", ToJson(result.evaluation)},
  };
  WriteFileAtomically(run.result, JsonText(json, 2) + "\n");
}

std::optional<RunResult> ReadResult(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  const std::string text = ReadFile(file);
  try {
    const Json json = Json::parse(text);
    const auto count = [&](const char* key) {
      const std::optional<std::int64_t> number = WholeNumber(json.at(key));
      if (!number || !IsPlausibleAmount(*number)) ThrowDamaged(file);
      return *number;
    };
    RunResult result;
    result.counters.steps = count("steps");
    result.counters.frames = count("frames");
    result.counters.episodes = count("episodes");
    result.counters.updates = count("updates");
    json.at("seconds").get_to(result.counters.seconds);
    result.evaluation = ToEvaluationRecord(json.at("evaluation"), file.string());
    return result;
  } catch (const Json::exception&) {
    ThrowDamaged(file);
  }
}

bool IsCurrent(const RunResult& result, const SweepPlan& plan, const SweepRun& run) {
  const RunDirectory directory = RunDirectory::At(run.directory);
  const std::vector<std::int64_t> steps = ListCheckpoints(directory.checkpoints());
  // Of a run that has ended, the checkpoints may have been removed.
  const bool is_of_newest = steps.empty() ? directory.HasWeights(result.counters.steps)
                                          : steps.back() == result.counters.steps;
  return is_of_newest && result.evaluation.protocol == plan.evaluation.protocol &&
         result.games() == plan.evaluation.episodes &&
         result.evaluation.seed == plan.evaluation.seed && result.evaluation.epsilon == run.epsilon;
}

}  // namespace arcadeq
