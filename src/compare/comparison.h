#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "compare/compared_agent.h"
#include "stats/bootstrap.h"

namespace arcadeq {

struct Measure {
  double value = 0;
  Interval interval;
};

struct AgentMeasures {
  std::string name;
  std::vector<ComparedRun> runs;  // of all games
  std::size_t games = 0;          // that these played
  Measure mean;                   // over the games
  Measure interquartile_mean;
  // For games with published human scores.
  std::optional<double> human_normalised;
  std::optional<Measure> optimality_gap;
};

// How the first agent compares with the second.
enum class Verdict { kBetter, kWorse, kUndecided };

// The first agent against the second.
struct Duel {
  Measure difference;   // of the means
  Measure probability;  // that a run of the first scores higher
  double p_value = 1;   // of a permutation test
  // Undecided unless p < 5 %.
  Verdict verdict = Verdict::kUndecided;
  // The runs of each agent in a game that would show a difference of this size: RunsNeeded(), but
  // more than there are. None if the duel is decided or not by run, or if the means are equal.
  std::optional<std::int64_t> runs_needed;
};

struct Comparison {
  std::vector<std::string> games;
  // Scores are human-normalised rather than raw: with several games.
  bool normalised = false;
  // A value is the mean score of a run. False if an agent has only one run in a game: then a value
  // is the score of a game played, and nothing follows for other runs.
  bool by_run = true;
  std::int64_t fewest_runs = 0;  // of an agent in a game
  std::vector<AgentMeasures> agents;
  std::optional<Duel> duel;  // for two agents
  std::vector<std::string> warnings;
};

// Throws UserError unless there are two agents or more, all with the same games, and, if these are
// several, human scores of each.
Comparison Compare(const std::vector<ComparedAgent>& agents);

// For a terminal.
std::string ComparisonText(const Comparison& comparison);
// The same for programs, with the scores of every run.
nlohmann::ordered_json ToJson(const Comparison& comparison);

}  // namespace arcadeq
