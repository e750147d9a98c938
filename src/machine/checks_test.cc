#include "machine/checks.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.h"
#include "config/preset.h"
#include "machine/build_info.h"
#include "machine/run_folder.h"
#include "machine/section.h"
#include "train/pace.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Mark MarkOf(const Section& section) {
  return WorstMark(std::span(&section, 1));
}

// Every warning and error has its remedy, and nothing else has one.
std::string TextOf(const Section& section) {
  for (const Finding& finding : section.findings) {
    EXPECT_EQ(finding.mark == Mark::kOk, finding.remedy.empty()) << finding.what;
  }
  return SectionText(section, false);
}

TEST(CheckProgram, NamesEverythingThatABugReportNeeds) {
  const BuildInfo build{.version = "1.2.3",
                        .commit = "abc123",
                        .compiler = "GNU 12.2.0",
                        .type = "Release",
                        .vectorised = true,
                        .libraries = {"ALE 0.12.1", "SDL 2.26.5"}};
  const Section section = CheckProgram(build, "Debian 12");
  EXPECT_EQ(MarkOf(section), Mark::kOk);
  EXPECT_THAT(TextOf(section), AllOf(HasSubstr("1.2.3, commit abc123"), HasSubstr("GNU 12.2.0"),
                                     HasSubstr("Release, with vector kernels"),
                                     HasSubstr("ALE 0.12.1, SDL 2.26.5"), HasSubstr("Debian 12")));
}

TEST(CheckProgram, WarnsOfSlowBuilds) {
  BuildInfo build{.version = "1", .type = "Release", .sanitizers = "address"};
  EXPECT_EQ(MarkOf(CheckProgram(build, "")), Mark::kWarning);
  build = {.version = "1", .type = "Debug"};
  EXPECT_EQ(MarkOf(CheckProgram(build, "")), Mark::kWarning);
  build = {.version = "1", .type = "Release", .asserts = true};
  EXPECT_THAT(TextOf(CheckProgram(build, "")), HasSubstr("asserts: slower"));
}

TEST(BuildInfo, IsKnown) {
  const BuildInfo build = ReadBuildInfo();
  EXPECT_NE(build.version, "");
  EXPECT_NE(build.compiler, "");
  EXPECT_THAT(build.libraries, Not(testing::IsEmpty()));
}

ProcessorFacts GoodProcessor() {
  return {.model = "A Processor",
          .limits = {4, 4, std::nullopt},
          .load = 0.2,
          .kernels = {"AVX3", "AVX2", "reference"},
          .offered = {"AVX3_DL", "AVX3", "AVX2"}};
}

TEST(CheckProcessor, TellsWhatIsUsedAndWhatIsOffered) {
  const Section section = CheckProcessor(GoodProcessor());
  EXPECT_EQ(MarkOf(section), Mark::kOk);
  EXPECT_THAT(TextOf(section),
              AllOf(HasSubstr("AVX3 (AVX-512), the best of this build here; also AVX2\n"),
                    HasSubstr("AVX3_DL, AVX3, AVX2"), HasSubstr("4 to use, 4 in the machine"),
                    HasSubstr("0.2 in the last minute")));
  EXPECT_EQ(section.data["kernels_in_use"], "AVX3");
  EXPECT_EQ(section.data["available"], 4);
}

TEST(CheckProcessor, WarnsOfLimits) {
  ProcessorFacts facts = GoodProcessor();
  facts.limits = {4, 2, std::nullopt};
  EXPECT_THAT(TextOf(CheckProcessor(facts)), HasSubstr("warning  affinity          allows 2 of 4"));
  facts.limits = {4, 4, 1.5};
  EXPECT_THAT(TextOf(CheckProcessor(facts)),
              AllOf(HasSubstr("allows 1.5 processors' time"), HasSubstr("--cpus"),
                    HasSubstr("2 to use, 4 in the machine")));
  facts.limits = {4, 2, 2.0};
  EXPECT_THAT(TextOf(CheckProcessor(facts)), Not(HasSubstr("control group"))) << "no tighter";
}

TEST(CheckProcessor, WarnsOfSlowKernelsAndOfLoad) {
  ProcessorFacts facts = GoodProcessor();
  facts.kernels = {"SSE4", "SSE2", "reference"};
  EXPECT_THAT(TextOf(CheckProcessor(facts)), HasSubstr("warning  kernels in use    SSE4"));
  facts.kernels = {"reference"};
  EXPECT_THAT(TextOf(CheckProcessor(facts)), HasSubstr("warning  kernels in use    plain loops"));
  facts = GoodProcessor();
  facts.load = 3;
  EXPECT_THAT(TextOf(CheckProcessor(facts)), HasSubstr("warning  load "));
  facts.load = -1;
  EXPECT_THAT(TextOf(CheckProcessor(facts)), Not(HasSubstr("load")));
}

TEST(CheckMemory, ShowsTheLimitsThatCount) {
  const MemoryLimits limits{16'000'000'000, 8'000'000'000, std::nullopt};
  const Section section = CheckMemory(limits, 7'000'000'000);
  EXPECT_EQ(MarkOf(section), Mark::kOk);
  EXPECT_THAT(TextOf(section),
              AllOf(HasSubstr("16.0 GB"), HasSubstr("allows 8.00 GB"),
                    HasSubstr("available         7.00 GB"), Not(HasSubstr("address space"))));
  EXPECT_EQ(section.data["control_group_bytes"], 8'000'000'000);
  EXPECT_EQ(section.data["address_space_bytes"], nullptr);
}

TEST(CheckMemory, WarnsIfLittleIsLeft) {
  EXPECT_EQ(MarkOf(CheckMemory({}, 100'000'000)), Mark::kWarning);
  EXPECT_EQ(MarkOf(CheckMemory({}, std::numeric_limits<std::int64_t>::max())), Mark::kOk);
}

const RomPlaces kPlaces{{}, {"ARCADEQ_ROMS (not set)", "roms"}};

TEST(CheckGames, ShowsTheMd5OfTheDefaultGame) {
  const Section section = CheckGames({{"pong", "/roms/pong.bin", "60e0", ""},
                                      {"space_invaders", "/roms/space_invaders.bin", "72ff", ""}},
                                     kPlaces);
  EXPECT_EQ(MarkOf(section), Mark::kOk);
  EXPECT_THAT(TextOf(section),
              AllOf(HasSubstr("2 games with the MD5 that the emulator knows, in /roms"),
                    HasSubstr("MD5 72ff, the emulator's")));
  EXPECT_EQ(section.data["roms"][0]["md5"], "60e0");
}

TEST(CheckGames, WithoutRomsTrainingIsImpossible) {
  const Section section = CheckGames({}, kPlaces);
  EXPECT_EQ(MarkOf(section), Mark::kError);
  EXPECT_THAT(TextOf(section), HasSubstr("none in ARCADEQ_ROMS (not set), roms"));
}

TEST(CheckGames, WarnsOfDamagedRoms) {
  std::vector<RomFile> roms{{"space_invaders", "/roms/space_invaders.bin", "72ff", ""}};
  for (int i = 0; i < 7; ++i) {
    roms.push_back({"game" + std::to_string(i), "/roms/x.bin", "", "it is damaged"});
  }
  const Section section = CheckGames(roms, kPlaces);
  EXPECT_EQ(MarkOf(section), Mark::kWarning);
  EXPECT_THAT(TextOf(section), AllOf(HasSubstr("warning  game4             it is damaged"),
                                     Not(HasSubstr("game5")), HasSubstr("2 other files")));
  EXPECT_EQ(section.data["roms"][7]["problem"], "it is damaged");
}

TEST(CheckGames, WarnsIfTheDefaultGameIsMissing) {
  const Section section = CheckGames({{"pong", "/roms/pong.bin", "60e0", ""}}, kPlaces);
  EXPECT_EQ(MarkOf(section), Mark::kWarning);
  EXPECT_THAT(TextOf(section), HasSubstr("warning  space_invaders    no ROM"));
}

TEST(CheckDisplay, IsOnlyAWarning) {
  EXPECT_THAT(TextOf(CheckDisplay("DISPLAY=:0", "")), HasSubstr("can open one (DISPLAY=:0)"));
  const Section section = CheckDisplay("", "no display: for a reason");
  EXPECT_EQ(MarkOf(section), Mark::kWarning);
  EXPECT_THAT(TextOf(section), AllOf(HasSubstr("no display: for a reason"), HasSubstr("record")));
}

RunFolder GoodFolder() {
  return {.path = "/data/runs",
          .existing = "/data",
          .file_system = "ext4",
          .free_bytes = 100'000'000'000,
          .write_bytes_per_second = 5e8};
}

TEST(CheckRunFolder, ShowsSpeedAndSpace) {
  const Section section = CheckRunFolder(GoodFolder());
  EXPECT_EQ(MarkOf(section), Mark::kOk);
  EXPECT_THAT(TextOf(section), AllOf(HasSubstr("/data/runs, which a run will make"),
                                     HasSubstr("100 GB"), HasSubstr("500 MB/s")));
}

TEST(CheckRunFolder, WarnsOfWhatIsScarce) {
  RunFolder folder = GoodFolder();
  folder.free_bytes = 1'000'000;
  EXPECT_THAT(TextOf(CheckRunFolder(folder)), HasSubstr("warning  free space"));
  folder = GoodFolder();
  folder.write_bytes_per_second = 1e6;
  EXPECT_THAT(TextOf(CheckRunFolder(folder)), HasSubstr("warning  write speed"));
  folder = GoodFolder();
  folder.in_memory = true;
  EXPECT_THAT(TextOf(CheckRunFolder(folder)), HasSubstr("warning  file system"));
}

TEST(CheckRunFolder, WhereNothingCanBeWrittenTrainingIsImpossible) {
  RunFolder folder = GoodFolder();
  folder.problem = "Permission denied";
  const Section section = CheckRunFolder(folder);
  EXPECT_EQ(MarkOf(section), Mark::kError);
  EXPECT_THAT(TextOf(section),
              AllOf(HasSubstr("cannot write /data/runs: Permission denied"), HasSubstr("--out")));
}

TEST(CheckSpeed, PromisesTimes) {
  const Config config = LoadPreset("laptop");  // 12 million steps
  const Section section = CheckSpeed("laptop", config, {4000, 16000, 120'000'000});
  EXPECT_EQ(MarkOf(section), Mark::kOk);
  EXPECT_THAT(TextOf(section),
              AllOf(HasSubstr("4,000 steps/s, 16,000 frames/s"), HasSubstr("1.0 minutes"),
                    HasSubstr("12,000,000 steps: 0:50:00"), HasSubstr("120 MB")));
  EXPECT_EQ(section.data["run_seconds"], 3000);
}

TEST(CheckSpeed, WarnsOfARunThatTakesTooLong) {
  const Section section = CheckSpeed("laptop", LoadPreset("laptop"), {100, 400, 120'000'000});
  EXPECT_EQ(MarkOf(section), Mark::kWarning);
  EXPECT_THAT(TextOf(section), HasSubstr("--minutes"));
}

TEST(CheckSpeed, WhatCannotRunIsAnError) {
  const Section section = CheckSpeed("laptop", std::string("it does not fit"));
  EXPECT_EQ(MarkOf(section), Mark::kError);
  EXPECT_THAT(TextOf(section), HasSubstr("it does not fit"));
}

}  // namespace
}  // namespace arcadeq
