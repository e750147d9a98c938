#include "evaluate/evaluation_record.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/one_line.h"
#include "base/plausible.h"
#include "evaluate/evaluation_protocol.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

using Json = nlohmann::ordered_json;

// As games and protocols are named; anything else could control the terminal that it is printed on.
bool IsName(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// Without the library's own prefix, "[json.exception.type_error.302] ".
std::string Reason(const Json::exception& error) {
  const std::string_view text = error.what();
  const std::size_t end = text.find("] ");
  return std::string(end == std::string_view::npos ? text : text.substr(end + 2));
}

}  // namespace

Json ToJson(const EvaluationRecord& record) {
  const ScoreSummary summary = Summarize(record.scores);
  Json json = {
      {"game", record.game},
      {"weights", record.weights},
      {"protocol", record.protocol},
      {"games", record.games},
      {"epsilon", record.epsilon},
      {"seed", record.seed},
      {"episodes", record.scores.size()},
      {"mean", summary.mean},
      {"median", summary.median},
      {"standard_deviation", summary.standard_deviation},
      {"min", summary.min},
      {"max", summary.max},
      {"scores", record.scores},
  };
  if (record.games.empty()) json.erase("games");
  return json;
}

EvaluationRecord ToEvaluationRecord(const Json& json, const std::string& origin) {
  EvaluationRecord record;
  std::optional<std::int64_t> games;
  std::optional<std::int64_t> seed;
  try {
    record.game = json.value("game", "");
    record.protocol = json.value("protocol", std::string(kTrainingProtocol));
    record.games = json.value("games", "");
    json.at("weights").get_to(record.weights);
    json.at("epsilon").get_to(record.epsilon);
    seed = WholeNumber(json.at("seed"));
    games = WholeNumber(json.at("episodes"));
    json.at("scores").get_to(record.scores);
  } catch (const Json::exception& error) {
    ThrowUserError("{} is not an evaluation: {}", origin, Reason(error));
  }
  if (!IsName(record.game) || !IsName(record.protocol) || record.protocol.empty()) {
    ThrowUserError("{} is not an evaluation: '{}' and '{}' are not names of a game and a protocol",
                   origin, record.game, record.protocol);
  }
  if (OneLine(record.games) != record.games) {
    ThrowUserError("{} is not an evaluation: its games are described by more than text", origin);
  }
  if (!seed) {
    ThrowUserError("{} is not an evaluation: its seed is not a whole number of 64 bits", origin);
  }
  record.seed = *seed;
  if (record.scores.empty() || static_cast<std::int64_t>(record.scores.size()) != games) {
    ThrowUserError("{} is not an evaluation: it does not have one score per game", origin);
  }
  if (!std::ranges::all_of(record.scores, [](double s) { return std::abs(s) <= kMostPlausible; })) {
    ThrowUserError("{} is not an evaluation: a score is not within +-{}", origin, kMostPlausible);
  }
  return record;
}

EvaluationRecord ParseEvaluation(std::string_view text, const std::string& origin) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    ThrowUserError("{} is not an evaluation: no valid JSON (byte {})", origin, error.byte);
  } catch (const Json::exception& error) {
    ThrowUserError("{} is not an evaluation: {}", origin, Reason(error));
  }
  EvaluationRecord record = ToEvaluationRecord(json, origin);
  if (record.game.empty()) ThrowUserError("{} is not an evaluation: it names no game", origin);
  return record;
}

std::string TermsOf(const EvaluationRecord& record) {
  return fmt::format("protocol {}, epsilon {}", record.protocol, record.epsilon);
}

void CheckGame(const EvaluationRecord& record, const std::string& game, const std::string& file) {
  if (record.game.empty() || record.game == game) return;
  ThrowUserError("{} is an evaluation of another game, {}", file, record.game);
}

}  // namespace arcadeq
