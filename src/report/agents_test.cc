#include "report/agents.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "config/preset.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::HasSubstr;

RunContents MakeRun(const std::string& path, int seed, double gamma = 0.99) {
  RunContents run;
  run.path = path;
  run.name = run.path.filename().string();
  run.config = LoadPreset("catch");
  run.config->train.seed = seed;
  run.config->agent.gamma = gamma;
  return run;
}

std::vector<std::string> NamesOf(const ReportedRuns& runs) {
  std::vector<std::string> names;
  for (const ReportedAgent& agent : runs.agents) names.push_back(agent.name);
  return names;
}

ReportedRuns Group(RunContents a, RunContents b, RunContents c) {
  std::vector<RunContents> runs;
  runs.push_back(std::move(a));
  runs.push_back(std::move(b));
  runs.push_back(std::move(c));
  return GroupRuns(std::move(runs));
}

TEST(Agents, AreRunsThatDifferOnlyInTheSeed) {
  const ReportedRuns runs =
      Group(MakeRun("s/base-seed1", 1), MakeRun("s/low-seed1", 1, 0.5), MakeRun("s/base-seed2", 2));
  EXPECT_EQ(runs.game, "catch");
  EXPECT_EQ(NamesOf(runs), (std::vector<std::string>{"base", "low"}));
  ASSERT_EQ(runs.agents[0].runs.size(), 2u);
  EXPECT_EQ(runs.agents[0].runs[1]->name, "base-seed2");
}

TEST(Agents, DifferInSettingsOfAnotherVersion) {
  const auto with = [](RunContents run, const std::string& value) {
    run.foreign_settings = {{"env.later", value, "unknown"}};
    return run;
  };
  const ReportedRuns runs =
      Group(with(MakeRun("s/a-seed1", 1), "1"), with(MakeRun("s/b-seed1", 1), "2"),
            with(MakeRun("s/a-seed2", 2), "1"));
  EXPECT_EQ(NamesOf(runs), (std::vector<std::string>{"a", "b"}));
}

TEST(Agents, NamesAreUnique) {
  EXPECT_EQ(NamesOf(Group(MakeRun("x/run", 1), MakeRun("y/run", 1, 0.5), MakeRun("y/other", 1))),
            (std::vector<std::string>{"x/run and 1 more", "y/run"}));
  EXPECT_EQ(
      NamesOf(Group(MakeRun("/x/s/run", 1), MakeRun("/y/s/run", 1, 0.5), MakeRun("other", 2))),
      (std::vector<std::string>{"x/s/run and 1 more", "y/s/run"}));
}

TEST(Agents, AVariantOfSeveralAgentsNamesNone) {
  EXPECT_EQ(NamesOf(Group(MakeRun("s/a-seed1", 1), MakeRun("s/a-seed2", 2, 0.5), MakeRun("t", 1))),
            (std::vector<std::string>{"a-seed1 and 1 more", "a-seed2"}));
}

TEST(Agents, ARunWithoutSettingsIsOneOfItsOwn) {
  RunContents unknown = MakeRun("x", 1), other = MakeRun("y", 1);
  unknown.config.reset();
  other.config.reset();
  const ReportedRuns runs = Group(std::move(unknown), std::move(other), MakeRun("z", 1));
  EXPECT_EQ(runs.agents.size(), 3u);
  EXPECT_EQ(runs.game, "catch");
}

TEST(Agents, OfSeveralGamesAreRefused) {
  RunContents other = MakeRun("y", 1);
  other.config = LoadPreset("cartpole");
  EXPECT_THAT(RefusalOf([&] { Group(MakeRun("x", 1), std::move(other), MakeRun("z", 1)); }),
              AllOf(HasSubstr("catch"), HasSubstr("cartpole")));
}

}  // namespace
}  // namespace arcadeq
