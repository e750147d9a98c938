#include "sweep/saved_evaluations.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/evaluation_record.h"
#include "sweep/run_result.h"
#include "sweep/sweep_directory.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

std::optional<EvaluationRecord> OfTheSweep(const fs::path& result) {
  std::optional<RunResult> read = ReadResult(result);
  if (!read) return std::nullopt;
  return std::move(read->evaluation);
}

}  // namespace

std::vector<SavedEvaluation> ReadSavedEvaluations(
    const fs::path& run, const std::optional<std::string>& game,
    const std::function<void(const UserError& error)>& refuse) {
  std::vector<SavedEvaluation> evaluations;
  const auto add = [&](const fs::path& file, const auto& read) {
    try {
      std::optional<EvaluationRecord> record = read(file);
      if (!record) return;
      if (game) CheckGame(*record, *game, file.string());
      evaluations.push_back({file, *std::move(record)});
    } catch (const UserError& error) {
      refuse(error);
    }
  };
  add(ResultFileOf(run), OfTheSweep);
  const fs::path profile = RunDirectory::At(run).profile();
  for (const std::string& name : ListDirectory(run)) {
    const fs::path file = run / name;
    if (file.extension() != ".json" || file == profile) continue;
    add(file, [](const fs::path& saved) {
      return std::optional(ParseEvaluation(ReadFile(saved), saved.string()));
    });
  }
  std::ranges::stable_sort(evaluations, std::ranges::greater{},
                           [](const SavedEvaluation& saved) { return saved.record.scores.size(); });
  return evaluations;
}

}  // namespace arcadeq
