#include "report/page.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "config/preset.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

RunContents MakeRun(const std::string& name, int seed) {
  RunContents run;
  run.name = name;
  run.path = "runs/" + name;
  run.config = LoadPreset("laptop");
  run.config->FixScheduleSteps();
  run.config->train.seed = seed;
  for (int i = 1; i <= 200; ++i) {
    run.episodes.push_back({.episode = i,
                            .step = 1000 * i,
                            .frame = 4000 * i,
                            .raw_return = 2.0 * i,
                            .wall_seconds = 1.0 * i});
    run.scalars["learn/loss"].push_back({1000 * i, 1.0 / i});
    run.scalars["network/dead_units/conv1"].push_back({1000 * i, 0.25});
    run.scalars["network/dead_units/conv2"].push_back({1000 * i, 0.5});
  }
  return run;
}

template <typename... Runs>
std::string Page(Runs... all) {
  std::vector<RunContents> runs;
  (runs.push_back(std::move(all)), ...);
  return MakePage(GroupRuns(std::move(runs)), {.video_bytes = 1000, .program_version = "9.9"});
}

TEST(Page, OfOneRunHasEverySection) {
  const std::string page = Page(MakeRun("mine", 3));
  for (const char* text :
       {"<h1>Space Invaders</h1>", "<h2>Score</h2>", "<p class=\"big\">301</p>",
        "mean of the last 100 training episodes", "arcadeq evaluate runs/mine",
        "<h2>Learning curve</h2>", "thousand steps", "thousand frames", "minutes of training",
        ">random 148<", "<h2>Inside the learner</h2>", "Share of dead units", ">conv2</span>",
        "Not recorded: Q-values", "<h2>Where the time goes</h2>", "train --out RUN --profile",
        "All settings are those of the preset <b>laptop</b>",
        "arcadeq train --preset laptop --seed 3", "Made by arcadeq 9.9"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
}

TEST(Page, RequestsNothing) {
  const std::string page = Page(MakeRun("mine", 3));
  EXPECT_THAT(page,
              AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("http://")),
                    Not(HasSubstr("https://")), Not(HasSubstr("url(")), Not(HasSubstr("@import"))));
}

TEST(Page, ShowsTheMeanOfSeedsWithItsBand) {
  const std::string page = Page(MakeRun("a-seed1", 1), MakeRun("a-seed2", 2));
  EXPECT_THAT(page, AllOf(HasSubstr("<p class=\"names\">a</p>"), HasSubstr("class=\"band\""),
                          HasSubstr("mean of 2 runs, each last 100 training episodes"),
                          HasSubstr("2 of 1 agent")));
}

TEST(Page, SettingsThatDifferComeFirst) {
  RunContents run = MakeRun("mine", 1);
  run.config->env.sticky = 0.125;
  const std::string page = Page(std::move(run));
  const auto change =
      page.find("<th scope=\"row\">env.sticky</th><td>0.125</td><td class=\"was\">");
  ASSERT_NE(change, std::string::npos);
  EXPECT_LT(change, page.find(" settings</summary>"));
}

TEST(Page, SettingsOfAnotherVersionAreShownAsTheyStand) {
  RunContents run = MakeRun("mine", 1);
  run.foreign_settings = {{"env.sticky", "0.25", ""}, {"env.later", "[ 1, 2 ]", "unknown"}};
  const std::string page = Page(std::move(run));
  EXPECT_THAT(page, AllOf(HasSubstr("<th scope=\"row\">env.sticky</th><td>0.25</td>"),
                          HasSubstr("<th scope=\"row\">env.later</th><td>[ 1, 2 ]</td><td "
                                    "class=\"help\">unknown</td>"),
                          HasSubstr("does not know <code>env.later</code>,"),
                          HasSubstr("laptop, changed")));
  EXPECT_THAT(page, Not(HasSubstr("All settings are those of")));
  EXPECT_THAT(page, Not(HasSubstr("To repeat the run"))) << "its command would lack a setting";
}

TEST(Page, TextsOfFilesAreOnlyText) {
  const std::string hostile = "</title><script>alert('x\")</script>";
  RunContents run = MakeRun(hostile, 1), other = MakeRun("b" + hostile, 1);
  run.config->env.rom = hostile;
  other.config->env.sticky = 0;
  other.foreign_settings = {{hostile, hostile, hostile}};
  run.host = run.program_version = hostile;
  run.notes = {hostile};
  run.scalars["network/dead_units/" + hostile].push_back({1, 1});
  run.evaluations.push_back({hostile, {.game = "x", .protocol = hostile, .scores = {1, 2}}});
  run.evaluations.push_back({hostile, {.game = "x", .protocol = hostile, .scores = {1, 2}}});
  run.profile = ProfileSummary{{{hostile, 1}}, 2, 1};
  RunContents alone = run;
  for (const std::string& page : {Page(std::move(run), std::move(other)), Page(std::move(alone))}) {
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&quot;)"));
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, Not(HasSubstr("'x\"")));
  }
}

TEST(Page, OfARunWithoutDataSaysSo) {
  RunContents run;
  run.name = "empty";
  run.notes = {"no config.toml"};
  const std::string page = Page(std::move(run));
  EXPECT_THAT(page,
              AllOf(HasSubstr("No episode has ended yet"), HasSubstr("Unknown game"),
                    HasSubstr("Left out of this report"), HasSubstr("<li>no config.toml</li>")));
}

TEST(Page, ArgumentsAreRunsSweepsAndVariants) {
  const TemporaryDirectory directory;
  for (const char* name : {"a-seed1", "a-seed2", "b-seed1"}) {
    RunDirectory::Create(directory / name, LoadPreset("catch"));
  }
  std::filesystem::create_directories(directory / "results");
  const auto path = [&](const char* name) { return (directory / name).string(); };
  EXPECT_THAT(ReadArguments({directory.path().string()}), SizeIs(3));
  EXPECT_THAT(ReadArguments({path("a")}), SizeIs(2));
  EXPECT_THAT(ReadArguments({path("a"), path("a-seed1/"), path("b-seed1")}), SizeIs(3))
      << "once each";
  EXPECT_THAT(RefusalOf([&] { ReadArguments({path("none")}); }),
              AllOf(HasSubstr("none does not exist"), HasSubstr("none-seedN")));
  EXPECT_THAT(RefusalOf([&] { ReadArguments({path("results")}); }), HasSubstr("is not a run"));
}

}  // namespace
}  // namespace arcadeq
