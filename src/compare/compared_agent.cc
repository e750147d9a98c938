#include "compare/compared_agent.h"

#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/quantity_text.h"
#include "config/config.h"
#include "evaluate/evaluation_record.h"
#include "record/episode_table.h"
#include "sweep/learning_curve.h"
#include "sweep/run_result.h"
#include "sweep/saved_evaluations.h"
#include "sweep/sweep_directory.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

ComparedRun FromRecord(std::string name, std::string game, EvaluationRecord record) {
  std::string terms = "evaluated with " + TermsOf(record);
  if (!record.games.empty()) terms += ", " + record.games;
  return {std::move(name), std::move(game), std::move(terms), std::move(record.scores)};
}

ComparedRun LoadFile(const fs::path& file) {
  EvaluationRecord record = ParseEvaluation(ReadFile(file), file.string());
  std::string game = record.game;
  return FromRecord(file.filename().string(), std::move(game), std::move(record));
}

// As its sweep evaluated it; none if no sweep has.
std::optional<ComparedRun> LoadEvaluatedRun(const fs::path& path) {
  const std::optional<RunResult> result = ReadResult(ResultFileOf(path));
  if (!result) return std::nullopt;
  const std::string game = RunDirectory::Open(path).LoadConfig().env.game;
  CheckGame(result->evaluation, game, ResultFileOf(path).string());
  return FromRecord(path.filename().string(), game, result->evaluation);
}

ComparedRun LoadRun(const fs::path& path) {
  const RunDirectory run = RunDirectory::Open(path);
  const std::string game = run.LoadConfig().env.game;
  const std::string name = path.filename().string();
  std::vector<SavedEvaluation> evaluations =
      ReadSavedEvaluations(path, game, [](const UserError& /*error*/) { throw; });
  if (!evaluations.empty()) return FromRecord(name, game, std::move(evaluations.front().record));
  const EpisodeTable episodes = ReadEpisodes(run.episodes_csv());
  if (!episodes.damage.empty()) ThrowUserError("{}", episodes.damage);
  std::vector<double> scores = LastReturns(episodes.rows);
  if (scores.empty()) {
    ThrowUserError("{} has neither an evaluation nor a finished episode", path.string());
  }
  std::string terms = "last " + FormatCount(std::ssize(scores), "training episode");
  return {name, game, std::move(terms), std::move(scores)};
}

// The variants of the complete runs in a sweep's directory, or only the one named `only`.
std::vector<ComparedAgent> LoadVariants(const fs::path& sweep, std::string_view only = "") {
  std::map<std::string, ComparedAgent> variants;
  for (const std::string& name : ListSweepRuns(sweep, only)) {
    const std::string variant(VariantOf(name));
    std::optional<ComparedRun> run = LoadEvaluatedRun(sweep / name);
    if (!run) continue;
    variants[variant].name = variant;
    variants[variant].runs.push_back(*std::move(run));
  }
  std::vector<ComparedAgent> agents;
  agents.reserve(variants.size());
  for (auto& [name, agent] : variants) agents.push_back(std::move(agent));
  return agents;
}

// All runs and evaluations in a directory, as one agent.
std::vector<ComparedAgent> LoadTogether(const fs::path& directory, const std::string& name) {
  ComparedAgent agent{name, {}};
  for (const std::string& entry : ListDirectory(directory)) {
    const fs::path path = directory / entry;
    if (RunDirectory::IsRun(path)) {
      agent.runs.push_back(LoadRun(path));
    } else if (path.extension() == ".json") {
      agent.runs.push_back(LoadFile(path));
    }
  }
  if (agent.runs.empty()) {
    ThrowUserError("{} holds no runs, nor evaluations (the output of `evaluate --json`) as .json",
                   directory.string());
  }
  return {std::move(agent)};
}

}  // namespace

std::vector<ComparedAgent> LoadComparedAgents(const std::string& argument) {
  const fs::path path = PathOfArgument(argument);
  std::error_code error;
  if (!fs::exists(path, error)) {
    std::vector<ComparedAgent> variant = LoadVariants(path.parent_path(), path.filename().string());
    if (variant.empty()) {
      ThrowUserError("{} does not exist, and no complete runs {}-seedN do", argument, argument);
    }
    variant.front().name = argument;
    return variant;
  }
  if (!fs::is_directory(path, error)) return {{argument, {LoadFile(path)}}};
  if (RunDirectory::IsRun(path)) return {{argument, {LoadRun(path)}}};
  if (IsSweep(path)) {
    std::vector<ComparedAgent> variants = LoadVariants(path);
    if (variants.empty()) ThrowUserError("{} is a sweep without complete runs", argument);
    return variants;
  }
  return LoadTogether(path, argument);
}

}  // namespace arcadeq
