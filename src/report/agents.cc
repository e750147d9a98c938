#include "report/agents.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/settings_file.h"
#include "config/config.h"
#include "config/fixed_settings.h"
#include "report/run_contents.h"
#include "sweep/sweep_directory.h"

namespace arcadeq {
namespace {

std::string GameOf(const std::vector<RunContents>& runs) {
  std::string game;
  for (const RunContents& run : runs) {
    if (!run.config) continue;
    if (!game.empty() && run.config->env.game != game) {
      ThrowUserError("the runs are of several games, {} and {}: make a report of each", game,
                     run.config->env.game);
    }
    game = run.config->env.game;
  }
  return game;
}

// Runs of one name get the names of as many of the directories above them as tell them apart.
void MakeNamesUnique(std::vector<RunContents>& runs) {
  std::vector<std::filesystem::path> above;
  above.reserve(runs.size());
  for (const RunContents& run : runs) above.push_back(run.path.parent_path());
  for (bool changed = true; changed;) {
    changed = false;
    std::map<std::string, int> counts;
    for (const RunContents& run : runs) ++counts[run.name];
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (counts[runs[i].name] == 1 || !above[i].has_filename()) continue;
      runs[i].name = (above[i].filename() / runs[i].name).string();
      above[i] = above[i].parent_path();
      changed = true;
    }
  }
}

// The variant that all runs are of, if no other run is; empty if there is none.
std::string_view CommonVariant(const ReportedAgent& agent, const std::vector<RunContents>& all) {
  const std::string_view variant = VariantOf(agent.runs.front()->name);
  const auto is_of_it = [variant](const RunContents& run) {
    return VariantOf(run.name) == variant;
  };
  const auto its_runs =
      std::ranges::count_if(agent.runs, [&](const RunContents* run) { return is_of_it(*run); });
  const bool of_one = its_runs == std::ssize(agent.runs);
  return of_one && std::ranges::count_if(all, is_of_it) == its_runs ? variant : "";
}

std::string NameOf(const ReportedAgent& agent, const std::vector<RunContents>& all) {
  const std::string& first = agent.runs.front()->name;
  if (all.size() == 1) return first;
  const std::string_view variant = CommonVariant(agent, all);
  if (!variant.empty()) return std::string(variant);
  if (agent.runs.size() == 1) return first;
  return fmt::format("{} and {} more", first, agent.runs.size() - 1);
}

// The settings that make an agent, as a key: all that matter but the seed.
std::string AgentSettings(Config config, const std::vector<FileSetting>& foreign) {
  config.train.seed = 1;
  std::string key = fmt::format("{}", HashOfFixedSettings(config));
  for (const FileSetting& value : foreign) {
    if (!value.problem.empty()) key += fmt::format("\n{} = {}", value.key, value.value);
  }
  return key;
}

}  // namespace

ReportedRuns GroupRuns(std::vector<RunContents> runs) {
  ReportedRuns reported;
  reported.game = GameOf(runs);
  MakeNamesUnique(runs);
  reported.runs = std::move(runs);
  std::map<std::string, std::size_t> agents;  // by their settings
  for (const RunContents& run : reported.runs) {
    std::size_t agent = reported.agents.size();
    if (run.config) {
      agent = agents.emplace(AgentSettings(*run.config, run.foreign_settings), agent).first->second;
    }
    if (agent == reported.agents.size()) reported.agents.emplace_back();
    reported.agents[agent].runs.push_back(&run);
  }
  for (ReportedAgent& agent : reported.agents) agent.name = NameOf(agent, reported.runs);
  return reported;
}

}  // namespace arcadeq
