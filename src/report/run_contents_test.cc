#include "report/run_contents.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/directory_lock.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "config/config.h"
#include "config/preset.h"
#include "record/event_file.h"
#include "record/tensorboard_event.pb.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RunContentsTest : public testing::Test {
 protected:
  // A run with three episodes, which end at steps 10, 20 and 30.
  RunContentsTest() {
    RunDirectory::Create(run_, LoadPreset("catch"));
    Write("episodes.csv", "step,frame,raw_return,wall_seconds\n10,40,1,1\n20,80,2,2\n30,120,3,3\n");
    EventFile events(run_);
    tensorboard::Event event;
    event.set_step(35);
    auto* scalar = event.mutable_summary()->add_value();
    scalar->set_tag("policy/epsilon");
    scalar->set_simple_value(0.5F);
    events.Write(event);
    events.Flush();
  }

  void Write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((run_ / name).parent_path());
    std::ofstream(run_ / name) << content;
  }
  static std::string Evaluation(const std::vector<double>& scores, const std::string& game) {
    return ToJson({.game = game,
                   .weights = "w",
                   .protocol = "training",
                   .epsilon = 0,
                   .seed = 1,
                   .scores = scores})
        .dump();
  }
  RunContents Read() const { return ReadRunContents(run_); }

  const TemporaryDirectory directory_;
  const std::filesystem::path run_ = directory_ / "base-seed1";
};

TEST_F(RunContentsTest, HoldsWhatTheFilesSay) {
  const RunContents run = Read();
  EXPECT_EQ(run.name, "base-seed1");
  ASSERT_TRUE(run.config);
  EXPECT_EQ(run.config->env.game, "catch");
  EXPECT_THAT(run.episodes, SizeIs(3));
  EXPECT_EQ(run.Steps(), 35) << "by the events, which are ahead of the episodes";
  EXPECT_EQ(run.Frames(), 120);
  EXPECT_EQ(run.Seconds(), 3);
  EXPECT_FALSE(run.host.empty());
  EXPECT_THAT(run.notes, IsEmpty());
  EXPECT_FALSE(run.in_progress);
}

TEST_F(RunContentsTest, TellsWhetherTheRunIsInProgress) {
  const DirectoryLock lock(run_);
  EXPECT_TRUE(Read().in_progress);
}

TEST_F(RunContentsTest, PlacesVideosByTheirEpisodes) {
  const std::string gif = std::string("GIF89a\x40\x01\xF0\0", 10) + "...";
  Write("videos/episode_000002.gif", gif);
  Write("videos/episode_000009.gif", gif);
  Write("videos/unfinished_from_step_000000021.gif", gif);
  Write("videos/unfinished_from_step_000000021.gif.12.tmp", gif);
  Write("videos/episode_000001.gif", "GIF");
  const RunContents run = Read();
  ASSERT_THAT(run.videos, SizeIs(3));
  EXPECT_EQ(run.videos[0].row, 1u);
  EXPECT_EQ(run.videos[0].width, 320);
  EXPECT_EQ(run.videos[0].height, 240);
  EXPECT_EQ(run.videos[0].bytes, 13u);
  EXPECT_EQ(run.videos[0].step, 20);
  EXPECT_EQ(run.videos[1].row, 2u);
  EXPECT_EQ(run.videos[1].step, 21);
  EXPECT_EQ(run.videos[1].episode, 0);
  EXPECT_EQ(run.videos[2].row, std::nullopt);
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("episode_000001.gif is not a GIF")));
}

TEST_F(RunContentsTest, FindsEvaluationsBesideTheRunAndInItsSweep) {
  Write("first.json", Evaluation({1, 2}, "catch"));
  Write("second.json", Evaluation({1, 2, 3}, "catch"));
  Write("other.json", Evaluation({1}, "pong"));
  Write("damaged.json", "{");
  Write("../results/base-seed1.json",
        nlohmann::json({{"steps", 9},
                        {"frames", 9},
                        {"episodes", 9},
                        {"updates", 9},
                        {"seconds", 9},
                        {"evaluation", nlohmann::json::parse(Evaluation({1, 2, 3, 4}, "catch"))}})
            .dump());
  const RunContents run = Read();
  ASSERT_THAT(run.evaluations, SizeIs(3));
  EXPECT_THAT(run.evaluations[0].file.string(), HasSubstr("results/base-seed1.json"));
  EXPECT_EQ(run.evaluations[1].file.filename(), "second.json");
  EXPECT_EQ(run.evaluations[2].file.filename(), "first.json");
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("damaged.json"), HasSubstr("another game, pong")));
}

TEST_F(RunContentsTest, ReadsTheProfile) {
  Write("profile.json",
        R"({"traceEvents": [{"ph": "X", "name": "act", "pid": 1, "tid": 0, "ts": 0, "dur": 1}]})");
  ASSERT_TRUE(Read().profile);
  EXPECT_EQ(Read().profile->scopes[0].name, "act");
}

TEST_F(RunContentsTest, MissingAndDamagedFilesAreNoted) {
  std::filesystem::remove(run_ / "config.toml");
  Write("episodes.csv", "step,frame,raw_return,wall_seconds\nx\n");
  RunContents run = Read();
  EXPECT_FALSE(run.config);
  EXPECT_THAT(run.episodes, IsEmpty());
  EXPECT_FALSE(run.scalars.empty());
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("has no config.toml"),
                                     AllOf(HasSubstr("episodes.csv:2"), HasSubstr("expected"))));
  Write("episodes.csv", "step,frame,wall_seconds\n1,2,3\n");
  EXPECT_THAT(Read().notes, ElementsAre(HasSubstr("has no config.toml"),
                                        HasSubstr("episodes.csv has no column raw_return")));
  std::filesystem::remove(run_ / "episodes.csv");
  Write("config.toml", "[env]\nno_such_setting = 1\n");
  EXPECT_THAT(Read().notes,
              ElementsAre(HasSubstr("no_such_setting"), HasSubstr("has no episodes")));
}

TEST_F(RunContentsTest, ADamagedRowCostsOnlyItself) {
  Write("episodes.csv",
        "step,frame,raw_return,wall_seconds\n10,40,1,1\n2\x01,80,2,2\n30,120,3,3\n");
  const std::string gif = std::string("GIF89a\x40\x01\xF0\0", 10) + "...";
  for (const char* number : {"2", "3"}) {
    Write(fmt::format("videos/episode_00000{}.gif", number), gif);
  }
  const RunContents run = Read();
  EXPECT_THAT(run.episodes, SizeIs(2));
  EXPECT_EQ(run.Episodes(), 3);
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("episodes.csv:3: expected the row of an episode; of "
                                               "3 rows 1 is damaged; left out")));
  ASSERT_THAT(run.videos, SizeIs(2));
  EXPECT_EQ(run.videos[0].episode, 3);
  EXPECT_EQ(run.videos[0].step, 30) << "its own row, although another is left out before";
  EXPECT_EQ(run.videos[1].row, std::nullopt);
}

TEST_F(RunContentsTest, SettingsOfAnotherVersionAreKept) {
  Config config = LoadPreset("catch");
  config.train.seed = 7;
  const std::string file = ToToml(config);
  const auto read = [&](const std::string& content) {
    Write("config.toml", content);
    return Read();
  };
  EXPECT_THAT(read(file).foreign_settings, IsEmpty());

  RunContents run = read(file + "later = 3\n[novel]\nx = [1]\n");
  ASSERT_TRUE(run.config);
  EXPECT_EQ(run.config->train.seed, 7);
  EXPECT_THAT(run.notes,
              ElementsAre(AllOf(HasSubstr("config.toml: "),
                                HasSubstr(": evaluation.later, novel.x; they are shown"))));
  EXPECT_THAT(run.foreign_settings, SizeIs(Declare(config).all().size() + 2));
  EXPECT_EQ(run.foreign_settings.back().key, "novel.x");

  // A renamed setting: what it was to this version is unknown.
  std::string renamed = file;
  renamed.replace(renamed.find("\nseed = "), 6, "\nseeed");
  run = read(renamed);
  EXPECT_FALSE(run.config);
  EXPECT_THAT(run.foreign_settings, SizeIs(Declare(config).all().size()));
  EXPECT_THAT(run.notes, ElementsAre(HasSubstr("train.seeed")));
}

TEST_F(RunContentsTest, OtherDirectoriesAreNoRuns) {
  EXPECT_THAT(RefusalOf([&] { ReadRunContents(directory_.path()); }), HasSubstr("is not a run"));
  EXPECT_THAT(RefusalOf([&] { ReadRunContents(directory_ / "none"); }), HasSubstr("is not a run"));
}

}  // namespace
}  // namespace arcadeq
