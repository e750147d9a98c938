#include "machine/tune_report.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "machine/tune_grid.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A preset of 2 threads, 64 environments and minibatches of 32, and other settings.
std::vector<TuneResult> Sample() {
  return {{{2, 64, 32}, {4000, 4100, 4050}, ""}, {{2, 128, 32}, {4500, 4400, 4600}, ""},
          {{2, 64, 64}, {4080, 4300, 4200}, ""}, {{2, 128, 64}, {}, "it does not fit"},
          {{1, 64, 32}, {2000, 2100, 2200}, ""}, {{1, 128, 32}, {9000, 9000, 9000}, ""}};
}

TEST(TuneReport, OnlyWhatNeverOverlapsIsClearlyFaster) {
  const auto results = Sample();
  EXPECT_TRUE(ClearlyFaster(results[1], results[0]));
  EXPECT_FALSE(ClearlyFaster(results[0], results[1]));
  EXPECT_FALSE(ClearlyFaster(results[2], results[0]));
  EXPECT_FALSE(ClearlyFaster({{}, {5000}, ""}, {{}, {1000}, ""})) << "one measurement";
  EXPECT_FALSE(ClearlyFaster(results[3], results[0])) << "no measurement";
}

TEST(TuneReport, ShowsMediansSpreadAndWhatDoesNotRun) {
  const std::string text = TuneText("laptop", Sample());
  EXPECT_THAT(
      text,
      HasSubstr(
          "        threads  envs  batch_size       steps/s   least - most  of the preset's\n"
          "laptop        2    64          32         4,050  4,000 - 4,100            100 %\n"
          "              2   128          32         4,500  4,400 - 4,600            111 %\n"));
  EXPECT_THAT(text, HasSubstr("does not run\n"));
  EXPECT_THAT(text, HasSubstr("train.envs=128 train.batch_size=64: it does not fit\n"));
  EXPECT_THAT(text, Not(HasSubstr("differ by")));
}

TEST(TuneReport, KeepsThePresetsThreadsIfNoneAreClearlyFaster) {
  const auto results = Sample();
  EXPECT_EQ(&BestThreads(results), &results[0]);
  EXPECT_THAT(TuneText("laptop", results),
              AllOf(HasSubstr("those of the preset: no other number of threads"),
                    Not(HasSubstr("--set train.threads"))));
}

TEST(TuneReport, RecommendsThreadsThatAreClearlyFaster) {
  auto results = Sample();
  results[4].steps_per_second = {5000, 5100, 5200};
  EXPECT_EQ(&BestThreads(results), &results[4]);
  EXPECT_THAT(TuneText("laptop", results),
              AllOf(HasSubstr("--set train.threads=1\n"),
                    HasSubstr("it makes 5,100 steps/s, and the 2 of the preset 4,050"),
                    HasSubstr("bit for bit")));
}

TEST(TuneReport, NeverRecommendsAnotherWayToLearnWithoutSayingSo) {
  EXPECT_THAT(TuneText("laptop", Sample()),
              AllOf(HasSubstr("Faster, but learning changes\n"
                              "  +11 %  --set train.envs=128\n  These"),
                    HasSubstr("belong to the preset's 64 and 32")));
}

TEST(TuneReport, ShowsNoOtherWayToLearnThatIsNotFaster) {
  auto results = Sample();
  results.resize(1);
  EXPECT_THAT(TuneText("laptop", results), HasSubstr("none: no other number of environments"));
}

TEST(TuneReport, PointsOutNoise) {
  auto results = Sample();
  results[0].steps_per_second = {4000, 5000};
  EXPECT_THAT(TuneText("laptop", results), HasSubstr("differ by 25 %"));
  results[0].steps_per_second = {4000};
  EXPECT_THAT(TuneText("laptop", results), HasSubstr("One measurement each"));
}

}  // namespace
}  // namespace arcadeq
