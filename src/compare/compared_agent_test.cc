#include "compare/compared_agent.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "config/preset.h"
#include "evaluate/evaluation_record.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string EvaluationText(const std::vector<double>& scores) {
  return ToJson({.game = "catch",
                 .weights = "w",
                 .protocol = "training",
                 .epsilon = 0.05,
                 .seed = 1,
                 .scores = scores})
      .dump();
}

class ComparedAgentTest : public testing::Test {
 protected:
  // A run with `episodes` training episodes that returned 1, 2, 3, ...
  void WriteRun(const std::string& name, int episodes) {
    RunDirectory::Create(directory_ / name, LoadPreset("catch"));
    std::ofstream csv(directory_ / name / "episodes.csv");
    csv << "step,frame,raw_return,wall_seconds\n";
    for (int i = 1; i <= episodes; ++i) csv << i << ',' << i << ',' << i << ",1\n";
  }
  // Of a complete run of a sweep.
  void WriteResult(const std::string& name, const std::vector<double>& scores) {
    std::filesystem::create_directories(directory_ / "results");
    const nlohmann::ordered_json result = {
        {"steps", 9},    {"frames", 9},
        {"episodes", 9}, {"updates", 9},
        {"seconds", 9},  {"evaluation", nlohmann::ordered_json::parse(EvaluationText(scores))}};
    std::ofstream(directory_ / "results" / (name + ".json")) << result.dump();
  }
  std::vector<ComparedAgent> Load(const std::string& name) const {
    return LoadComparedAgents((directory_ / name).string());
  }
  std::string Refusal(const std::string& name) const {
    return RefusalOf([&] { Load(name); });
  }

  TemporaryDirectory directory_;
};

TEST_F(ComparedAgentTest, AFileIsOneRun) {
  std::ofstream(directory_ / "a.json") << EvaluationText({1, 2, 3});
  const auto agents = Load("a.json");
  ASSERT_THAT(agents, SizeIs(1));
  ASSERT_THAT(agents[0].runs, SizeIs(1));
  EXPECT_EQ(agents[0].runs[0].game, "catch");
  EXPECT_THAT(agents[0].runs[0].scores, ElementsAre(1, 2, 3));
  EXPECT_EQ(agents[0].runs[0].terms, "evaluated with protocol training, epsilon 0.05");
  auto sticky = nlohmann::ordered_json::parse(EvaluationText({1, 2, 3}));
  sticky["games"] = "sticky actions 0.25";
  std::ofstream(directory_ / "b.json") << sticky.dump();
  EXPECT_EQ(Load("b.json")[0].runs[0].terms,
            "evaluated with protocol training, epsilon 0.05, sticky actions 0.25");
}

TEST_F(ComparedAgentTest, RefusesASweepWithADamagedResult) {
  WriteRun("base-seed1", 5);
  WriteRun("base-seed2", 5);
  WriteResult("base-seed1", {1, 2});
  WriteResult("base-seed2", {3, 4});
  EXPECT_THAT(Load("."), SizeIs(1));
  const auto damaged = directory_ / "results/base-seed2.json";
  std::ofstream(damaged) << "garbage";
  EXPECT_THAT(Refusal("."), HasSubstr("results/base-seed2.json is damaged"));
  // Of another game.
  std::filesystem::copy_file(directory_ / "results/base-seed1.json", damaged,
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove_all(directory_ / "base-seed2");
  RunDirectory::Create(directory_ / "base-seed2", LoadPreset("cartpole"));
  EXPECT_THAT(Refusal("."), HasSubstr("is an evaluation of another game, catch"));
}

TEST_F(ComparedAgentTest, ARunIsItsEvaluationOrItsLastEpisodes) {
  WriteRun("run", 250);
  for (const char* name : {"run", "run/"}) {
    const auto agents = Load(name);
    ASSERT_THAT(agents, SizeIs(1));
    ASSERT_THAT(agents[0].runs[0].scores, SizeIs(100));
    EXPECT_EQ(agents[0].runs[0].scores.front(), 151);
    EXPECT_EQ(agents[0].runs[0].terms, "last 100 training episodes");
  }
  std::ofstream(directory_ / "run/few.json") << EvaluationText({1});
  std::ofstream(directory_ / "run/many.json") << EvaluationText({4, 5});
  std::ofstream(directory_ / "run/profile.json") << "[]";
  EXPECT_THAT(Load("run")[0].runs[0].scores, ElementsAre(4, 5));
  EXPECT_EQ(Load("run")[0].runs[0].terms, "evaluated with protocol training, epsilon 0.05");
  std::ofstream(directory_ / "run/few.json") << "garbage";
  EXPECT_THAT(Refusal("run"), HasSubstr("run/few.json is not an evaluation"));
  WriteRun("new", 0);
  EXPECT_THAT(Refusal("new"), HasSubstr("neither an evaluation nor a finished episode"));
}

TEST_F(ComparedAgentTest, ASweepIsItsVariants) {
  for (const char* name : {"base-seed1", "base-seed2", "low-seed10"}) {
    WriteRun(name, 3);
    WriteResult(name, {4, 5});
  }
  WriteRun("low-seed11", 3);  // not complete
  WriteRun("other", 3);
  const auto all = LoadComparedAgents(directory_.path().string());
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].name, "base");
  ASSERT_THAT(all[0].runs, SizeIs(2));
  EXPECT_EQ(all[0].runs[1].name, "base-seed2");
  EXPECT_THAT(all[0].runs[1].scores, ElementsAre(4, 5));
  EXPECT_EQ(all[1].name, "low");
  EXPECT_THAT(all[1].runs, SizeIs(1));
  const auto variant = Load("low");
  ASSERT_THAT(variant, SizeIs(1));
  EXPECT_EQ(variant[0].name, (directory_ / "low").string());
  EXPECT_EQ(variant[0].runs[0].name, "low-seed10");
  EXPECT_THAT(Refusal("lo"), HasSubstr("does not exist"));
  std::filesystem::remove(directory_ / "results/low-seed10.json");
  EXPECT_THAT(Refusal("low"), HasSubstr("no complete runs"));
  EXPECT_THAT(Refusal("nowhere/low"), HasSubstr("does not exist"));
}

TEST_F(ComparedAgentTest, ADirectoryIsOneAgent) {
  WriteRun("a-seed1", 3);
  WriteRun("b", 3);
  std::ofstream(directory_ / "c.json") << EvaluationText({1});
  const auto agents = LoadComparedAgents(directory_.path().string());
  ASSERT_THAT(agents, SizeIs(1));
  EXPECT_THAT(agents[0].runs, SizeIs(3));
  std::filesystem::create_directories(directory_ / "empty");
  EXPECT_THAT(Refusal("empty"), HasSubstr("holds no runs"));
}

TEST_F(ComparedAgentTest, RefusesDamagedFiles) {
  const std::string good = EvaluationText({1, 2});
  for (std::size_t size = 0; size < good.size(); size += 7) {
    std::ofstream(directory_ / "cut.json") << good.substr(0, size);
    EXPECT_THAT(Refusal("cut.json"), HasSubstr("cut.json is not an evaluation"));
  }
  WriteRun("run", 3);
  std::ofstream(directory_ / "run/episodes.csv") << "garbage\n";
  EXPECT_THAT(Refusal("run"), HasSubstr("episodes.csv has no column"));
  std::ofstream(directory_ / "run/episodes.csv")
      << "step,frame,raw_return,wall_seconds\n1,2,3,4\nx\n";
  EXPECT_THAT(Refusal("run"), HasSubstr("episodes.csv:3: expected the row of an episode"));
}

}  // namespace
}  // namespace arcadeq
