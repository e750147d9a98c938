#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace arcadeq {

// An evaluation as JSON: what `evaluate --json` prints, less what only people read, and what the
// results of a sweep hold of each run.
struct EvaluationRecord {
  std::string game;
  std::string weights;  // the file
  std::string protocol;
  std::string games;  // how they were played (DescribeGames()); empty: a small game, or not known
  double epsilon = 0;
  std::int64_t seed = 0;
  std::vector<double> scores;  // one for each game played, in order
};

// With a summary of the scores, for people.
nlohmann::ordered_json ToJson(const EvaluationRecord& record);

// Ignores what ToJson() does not write. The game, the protocol and how the games were played
// may be missing, as in results of former versions, which knew no protocol but kTrainingProtocol.
// Throws UserError, beginning with `origin`, unless there is one finite score per game.
EvaluationRecord ToEvaluationRecord(const nlohmann::ordered_json& json, const std::string& origin);

// Parses the output of `evaluate --json`. Throws UserError likewise, and if the game is missing.
EvaluationRecord ParseEvaluation(std::string_view text, const std::string& origin);

// The protocol and epsilon: "protocol training, epsilon 0.01".
std::string TermsOf(const EvaluationRecord& record);

// Throws UserError, naming the file, if the games were not `game`. Accepts a record that does not
// name its game, as in results of former versions.
void CheckGame(const EvaluationRecord& record, const std::string& game, const std::string& file);

}  // namespace arcadeq
