#include "compare/compared_agent.h"

#include <algorithm>
#include <cstddef>
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
#include "base/settings.h"
#include "record/episode_table.h"
#include "sweep/run_result.h"
#include "train/config.h"
#include "train/evaluation_record.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

constexpr std::ptrdiff_t kLastEpisodes = 100;

bool IsRun(const fs::path& path) {
  std::error_code error;
  return fs::exists(path / "config.toml", error);
}

// The variant of a sweep's run, named "VARIANT-seedN"; empty for another name.
std::string_view VariantOf(std::string_view name) {
  constexpr std::string_view kSeed = "-seed";
  const std::size_t seed = name.rfind(kSeed);
  if (seed == std::string_view::npos || seed == 0) return "";
  const std::string_view number = name.substr(seed + kSeed.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !number.empty() && std::ranges::all_of(number, is_digit) ? name.substr(0, seed) : "";
}

ComparedRun FromRecord(std::string name, std::string game, EvaluationRecord record) {
  const std::string protocol = record.protocol.empty() ? "training" : record.protocol;
  return {std::move(name), std::move(game),
          fmt::format("evaluated with protocol {}, epsilon {}", protocol, record.epsilon),
          std::move(record.scores)};
}

ComparedRun LoadFile(const fs::path& file) {
  EvaluationRecord record = ParseEvaluation(ReadFile(file), file.string());
  std::string game = record.game;
  return FromRecord(file.filename().string(), std::move(game), std::move(record));
}

std::string GameOf(const RunDirectory& run) {
  Config config;
  Settings settings = Declare(config);
  run.LoadConfig(settings);
  return config.env.game;
}

// As its sweep evaluated it; none if no sweep has.
std::optional<ComparedRun> LoadEvaluatedRun(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::optional<RunResult> result =
      ReadResult(path.parent_path() / "results" / (name + ".json"));
  if (!result) return std::nullopt;
  return FromRecord(name, GameOf(RunDirectory::Open(path)), result->evaluation);
}

ComparedRun LoadRun(const fs::path& path) {
  if (std::optional<ComparedRun> evaluated = LoadEvaluatedRun(path)) return *std::move(evaluated);
  const RunDirectory run = RunDirectory::Open(path);
  std::vector<double> scores;
  for (const EpisodeRow& episode : ReadEpisodes(run.episodes_csv())) {
    scores.push_back(episode.raw_return);
  }
  if (scores.empty()) {
    ThrowUserError("{} has neither an evaluation nor a finished episode", path.string());
  }
  if (std::ssize(scores) > kLastEpisodes)
    scores.erase(scores.begin(), scores.end() - kLastEpisodes);
  return {path.filename().string(), GameOf(run),
          fmt::format("last {} training episodes", kLastEpisodes), std::move(scores)};
}

// The variants of the complete runs in a sweep's directory, or only the one named `only`.
std::vector<ComparedAgent> LoadVariants(const fs::path& sweep, std::string_view only = "") {
  std::map<std::string, ComparedAgent> variants;
  for (const std::string& name : ListDirectory(sweep)) {
    const std::string variant(VariantOf(name));
    if (variant.empty() || !IsRun(sweep / name)) continue;
    if (!only.empty() && variant != only) continue;
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
    if (IsRun(path)) {
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
  std::error_code error;
  fs::path path = fs::absolute(argument, error).lexically_normal();
  if (error) ThrowUserError("cannot find {}: {}", argument, error.message());
  if (!path.has_filename()) path = path.parent_path();  // "runs/NAME/"
  if (!fs::exists(path, error)) {
    std::vector<ComparedAgent> variant = LoadVariants(path.parent_path(), path.filename().string());
    if (variant.empty()) {
      ThrowUserError("{} does not exist, and no complete runs {}-seedN do", argument, argument);
    }
    variant.front().name = argument;
    return variant;
  }
  if (!fs::is_directory(path, error)) return {{argument, {LoadFile(path)}}};
  if (IsRun(path)) return {{argument, {LoadRun(path)}}};
  if (fs::is_directory(path / "results", error)) {
    std::vector<ComparedAgent> variants = LoadVariants(path);
    if (variants.empty()) ThrowUserError("{} is a sweep without complete runs", argument);
    return variants;
  }
  return LoadTogether(path, argument);
}

}  // namespace arcadeq
