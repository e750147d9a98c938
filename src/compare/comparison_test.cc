#include "compare/comparison.h"

#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/testing/refusal.h"
#include "compare/compared_agent.h"
#include "stats/bootstrap.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Field;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

// An agent with runs in one game, each of two played games around its mean.
ComparedAgent AgentOf(const std::string& name, const std::string& game,
                      const std::vector<double>& means) {
  ComparedAgent agent{name, {}};
  for (const double mean : means) {
    agent.runs.push_back({name + "-run", game, "terms", {mean - 5, mean + 5}});
  }
  return agent;
}

TEST(Comparison, IsOverRunsIfThereAreSeveral) {
  const Comparison comparison = Compare({AgentOf("a", "space_invaders", {500, 520, 540, 560}),
                                         AgentOf("b", "space_invaders", {400, 420, 440, 460})});
  EXPECT_TRUE(comparison.by_run);
  EXPECT_FALSE(comparison.normalised);
  const AgentMeasures& a = comparison.agents[0];
  EXPECT_EQ(a.runs.size(), 4u);
  EXPECT_EQ(a.games, 8u);
  EXPECT_EQ(a.mean.value, 530);
  EXPECT_EQ(a.interquartile_mean.value, 530);
  EXPECT_GE(a.mean.interval.low, 500) << "the spread of a run's games does not count";
  const double human_normalised = (530 - 148) / (1668.7 - 148);
  EXPECT_THAT(a.human_normalised, Optional(DoubleNear(human_normalised, 1e-12)));
  EXPECT_THAT(a.optimality_gap,
              Optional(Field(&Measure::value, DoubleNear(1 - human_normalised, 1e-12))));
  EXPECT_THAT(comparison.duel,
              Optional(AllOf(Field(&Duel::difference,
                                   AllOf(Field(&Measure::value, 100),
                                         Field(&Measure::interval, Field(&Interval::low, Gt(0))))),
                             Field(&Duel::probability, Field(&Measure::value, 1)),
                             Field(&Duel::p_value, DoubleNear(2.0 / 70, 0.005)))));
  EXPECT_THAT(ComparisonText(comparison),
              AllOf(HasSubstr("space_invaders: raw scores; intervals are over runs\n"),
                    HasSubstr("a - b: 100.0 (95 % interval "), HasSubstr("a is better than b (p")));
}

TEST(Comparison, SaysHowManyRunsWouldSettleIt) {
  const Comparison comparison =
      Compare({AgentOf("a", "catch", {0, 10, 20}), AgentOf("b", "catch", {10, 20, 30})});
  EXPECT_THAT(comparison.duel, Optional(Field(&Duel::runs_needed, Optional(16))));
  EXPECT_FALSE(comparison.agents[0].human_normalised);
  EXPECT_FALSE(comparison.agents[0].optimality_gap);
  EXPECT_THAT(ComparisonText(comparison),
              AllOf(HasSubstr("undecided (p = 0."), HasSubstr("about 16 runs of each, 13 more, ")));
  // Three runs against three never reach p < 0.05, however far apart they are.
  EXPECT_THAT(ComparisonText(Compare(
                  {AgentOf("a", "catch", {1, 2, 3}), AgentOf("b", "catch", {101, 102, 103})})),
              HasSubstr("about 4 runs of each, 1 more, "));
  EXPECT_THAT(
      ComparisonText(Compare({AgentOf("a", "catch", {1, 2, 3}), AgentOf("b", "catch", {1, 2, 3})})),
      HasSubstr("the means are equal"));
}

TEST(Comparison, OfSingleRunsIsOverTheGamesPlayed) {
  const Comparison comparison =
      Compare({AgentOf("a", "catch", {100}), AgentOf("b", "catch", {100, 300})});
  EXPECT_FALSE(comparison.by_run);
  EXPECT_THAT(ComparisonText(comparison),
              AllOf(HasSubstr("only one run"), HasSubstr("train more seeds of both")));
}

TEST(Comparison, OfSeveralGamesIsHumanNormalised) {
  const auto both = [](const std::string& name, double score) {
    ComparedAgent agent = AgentOf(name, "space_invaders", {score, score});
    ComparedAgent other = AgentOf(name, "breakout", {score, score});
    agent.runs.insert(agent.runs.end(), other.runs.begin(), other.runs.end());
    return agent;
  };
  const Comparison comparison = Compare({both("a", 148), both("b", 1668.7), both("c", 30.5)});
  EXPECT_THAT(comparison.games, ElementsAre("breakout", "space_invaders"));
  EXPECT_TRUE(comparison.normalised);
  EXPECT_NEAR(comparison.agents[0].mean.value, ((148 - 1.7) / 28.8 + 0) / 2, 1e-9);
  EXPECT_THAT(comparison.agents[0].human_normalised,
              Optional(DoubleNear(comparison.agents[0].mean.value, 1e-12)));
  EXPECT_FALSE(comparison.duel);
  EXPECT_THAT(ComparisonText(comparison), HasSubstr("human-normalised scores"));
}

// {"value", "interval_95"} of a measure.
void ExpectEqual(const Measure& measure, const nlohmann::ordered_json& json) {
  EXPECT_EQ(json["value"], measure.value);
  EXPECT_THAT(json["interval_95"].get<std::vector<double>>(),
              ElementsAre(measure.interval.low, measure.interval.high));
}

TEST(Comparison, IsWholeAsJson) {
  const Comparison comparison = Compare({AgentOf("a", "space_invaders", {400, 420, 440, 460}),
                                         AgentOf("b", "space_invaders", {500, 520, 540, 560})});
  const nlohmann::ordered_json json = ToJson(comparison);
  EXPECT_EQ(json["games"], (std::vector<std::string>{"space_invaders"}));
  EXPECT_EQ(json["scores"], "raw");
  EXPECT_EQ(json["intervals_over"], "runs");
  ASSERT_EQ(json["agents"].size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const AgentMeasures& agent = comparison.agents[i];
    const nlohmann::ordered_json& its = json["agents"][i];
    EXPECT_EQ(its["name"], agent.name);
    EXPECT_EQ(its["episodes"], 8);
    ExpectEqual(agent.mean, its["mean"]);
    ExpectEqual(agent.interquartile_mean, its["interquartile_mean"]);
    if (!agent.human_normalised || !agent.optimality_gap) FAIL();
    EXPECT_EQ(its["human_normalised"], *agent.human_normalised);
    ExpectEqual(*agent.optimality_gap, its["optimality_gap"]);
    EXPECT_EQ(its["runs"].size(), 4u);
  }
  EXPECT_EQ(json["agents"][1]["runs"][2], (nlohmann::ordered_json{{"name", "b-run"},
                                                                  {"game", "space_invaders"},
                                                                  {"terms", "terms"},
                                                                  {"mean", 540.0},
                                                                  {"scores", {535.0, 545.0}}}));
  const nlohmann::ordered_json& duel = json["duel"];
  EXPECT_EQ(duel["first"], "a");
  EXPECT_EQ(duel["second"], "b");
  if (!comparison.duel) FAIL();
  ExpectEqual(comparison.duel->difference, duel["difference"]);
  ExpectEqual(comparison.duel->probability, duel["probability_of_improvement"]);
  EXPECT_EQ(duel["p_value"], comparison.duel->p_value);
  EXPECT_EQ(duel["verdict"], "worse");
  EXPECT_FALSE(duel.contains("runs_needed"));
  EXPECT_EQ(json["warnings"].size(), 0u);
}

TEST(Comparison, LeavesOutOfItsJsonWhatIsUnknown) {
  ComparedAgent a = AgentOf("a", "catch", {0, 10, 20}), b = AgentOf("b", "catch", {10, 20, 30});
  b.runs[0].terms = "others";
  nlohmann::ordered_json json = ToJson(Compare({a, b}));
  EXPECT_FALSE(json["agents"][0].contains("human_normalised"));
  EXPECT_FALSE(json["agents"][0].contains("optimality_gap"));
  EXPECT_EQ(json["duel"]["verdict"], "undecided");
  EXPECT_EQ(json["duel"]["runs_needed"], 16);
  EXPECT_EQ(json["duel"]["more_runs_needed"], 13);
  EXPECT_EQ(json["warnings"].size(), 1u);
  EXPECT_FALSE(ToJson(Compare({a, a}))["duel"].contains("runs_needed")) << "the means are equal";
  EXPECT_FALSE(ToJson(Compare({a, a, b})).contains("duel"));
  json = ToJson(Compare({AgentOf("a", "catch", {1}), AgentOf("b", "catch", {2})}));
  EXPECT_EQ(json["intervals_over"], "episodes");
  EXPECT_FALSE(json["duel"].contains("runs_needed")) << "as many as there are games is no answer";
}

TEST(Comparison, RefusesWhatCannotBeCompared) {
  const auto refusal = [](const std::vector<ComparedAgent>& agents) {
    return RefusalOf([&] { Compare(agents); });
  };
  EXPECT_THAT(refusal({AgentOf("a", "catch", {1})}), HasSubstr("two agents or more"));
  EXPECT_THAT(refusal({AgentOf("a", "catch", {1}), AgentOf("b", "pong", {1})}),
              HasSubstr("a played catch, but b played pong"));
  ComparedAgent mixed = AgentOf("a", "catch", {1});
  mixed.runs.push_back(AgentOf("a", "pong", {1}).runs[0]);
  EXPECT_THAT(refusal({mixed, mixed}),
              HasSubstr("human scores of each are published: catch, pong"));
}

TEST(Comparison, WarnsOfDifferentTerms) {
  ComparedAgent a = AgentOf("a", "catch", {1, 2}), b = AgentOf("b", "catch", {1, 2});
  EXPECT_THAT(Compare({a, b}).warnings, IsEmpty());
  b.runs[1].terms = "others";
  EXPECT_THAT(Compare({a, b}).warnings, ElementsAre(AllOf(HasSubstr("not made on the same terms"),
                                                          HasSubstr("b-run: others"))));
}

}  // namespace
}  // namespace arcadeq
