#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "evaluate/evaluation_record.h"

namespace arcadeq {

struct SavedEvaluation {
  std::filesystem::path file;
  EvaluationRecord record;
};

// The evaluations of a run, most games first: that of its sweep, and the outputs of `evaluate
// --json` that somebody saved in its directory, as any .json but its profile. Calls `refuse` for
// each file that cannot be read, is damaged, or is of a game other than `game`, and leaves it out,
// unless `refuse` rethrows. Throws UserError if the directory cannot be read.
std::vector<SavedEvaluation> ReadSavedEvaluations(
    const std::filesystem::path& run, const std::optional<std::string>& game,
    const std::function<void(const UserError& error)>& refuse);

}  // namespace arcadeq
