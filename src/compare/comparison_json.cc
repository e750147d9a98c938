#include <string_view>

#include <nlohmann/json.hpp>

#include "compare/compared_agent.h"
#include "compare/comparison.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

using Json = nlohmann::ordered_json;

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kUndecided:
      break;
  }
  return "undecided";
}

Json MeasureJson(const Measure& measure) {
  return {{"value", measure.value}, {"interval_95", {measure.interval.low, measure.interval.high}}};
}

Json RunJson(const ComparedRun& run) {
  return {{"name", run.name},
          {"game", run.game},
          {"terms", run.terms},
          {"mean", MeanOf(run.scores)},
          {"scores", run.scores}};
}

Json AgentJson(const AgentMeasures& agent) {
  Json json{{"name", agent.name},
            {"episodes", agent.games},
            {"mean", MeasureJson(agent.mean)},
            {"interquartile_mean", MeasureJson(agent.interquartile_mean)}};
  if (agent.human_normalised) json["human_normalised"] = *agent.human_normalised;
  if (agent.optimality_gap) json["optimality_gap"] = MeasureJson(*agent.optimality_gap);
  json["runs"] = Json::array();
  for (const ComparedRun& run : agent.runs) json["runs"].push_back(RunJson(run));
  return json;
}

Json DuelJson(const Duel& duel, const Comparison& comparison) {
  Json json{{"first", comparison.agents[0].name},
            {"second", comparison.agents[1].name},
            {"difference", MeasureJson(duel.difference)},
            {"probability_of_improvement", MeasureJson(duel.probability)},
            {"p_value", duel.p_value},
            {"verdict", Name(duel.verdict)}};
  if (duel.runs_needed) {
    json["runs_needed"] = *duel.runs_needed;
    json["more_runs_needed"] = *duel.runs_needed - comparison.fewest_runs;
  }
  return json;
}

}  // namespace

Json ToJson(const Comparison& comparison) {
  Json json{{"games", comparison.games},
            {"scores", comparison.normalised ? "human-normalised" : "raw"},
            {"intervals_over", comparison.by_run ? "runs" : "episodes"},
            {"agents", Json::array()}};
  for (const AgentMeasures& agent : comparison.agents) json["agents"].push_back(AgentJson(agent));
  if (comparison.duel) json["duel"] = DuelJson(*comparison.duel, comparison);
  json["warnings"] = comparison.warnings;
  return json;
}

}  // namespace arcadeq
