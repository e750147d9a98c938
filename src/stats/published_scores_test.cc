#include "stats/published_scores.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(HumanScores, NormaliseRandomPlayTo0AndAHumanTo1) {
  EXPECT_EQ(HumanScores().size(), 57u);
  EXPECT_TRUE(std::ranges::is_sorted(HumanScores(), {}, &HumanScore::game));
  for (const HumanScore& score : HumanScores()) {
    SCOPED_TRACE(std::string(score.game));
    EXPECT_LT(score.random, score.human);
    EXPECT_EQ(FindHumanScore(score.game), &score);
    EXPECT_EQ(score.Normalise(score.random), 0);
    EXPECT_EQ(score.Normalise(score.human), 1);
  }
  EXPECT_NEAR(FindHumanScore("space_invaders")->Normalise(589), 0.29, 0.001);
  EXPECT_EQ(FindHumanScore("catch"), nullptr);
  EXPECT_EQ(FindHumanScore(""), nullptr);
}

TEST(PublishedScores, AreThoseOfAnEqualNumberOfFrames) {
  const auto scores = [](std::int64_t frames) {
    return PublishedScoresAt("space_invaders", frames);
  };
  const auto score = [](double value) { return Field(&PublishedScore::score, value); };
  EXPECT_THAT(scores(10'262'400), ElementsAre(score(690), score(723), score(784)));
  EXPECT_THAT(scores(40'000'000),
              ElementsAre(score(1426), score(1777), score(2772), score(1442), score(2009)));
  EXPECT_THAT(scores(48'000'000), ElementsAre(score(1648), score(1905), score(4301)))
      << "nearer to 50 million than to 40";
  EXPECT_THAT(scores(14'000'000), IsEmpty());
  EXPECT_THAT(scores(0), IsEmpty());
  EXPECT_THAT(PublishedScoresAt("breakout", 40'000'000), IsEmpty());
}

TEST(PublishedScores, OfAGameAreCurves) {
  const std::vector<PublishedScore> scores = PublishedScoresOf("space_invaders");
  ASSERT_EQ(scores.size(), 23u);
  for (std::size_t i = 1; i < scores.size(); ++i) {
    const bool same_curve =
        scores[i].algorithm == scores[i - 1].algorithm && scores[i].source == scores[i - 1].source;
    EXPECT_TRUE(!same_curve || scores[i].frames > scores[i - 1].frames) << i;
  }
  EXPECT_THAT(PublishedScoresOf("breakout"), IsEmpty());
}

}  // namespace
}  // namespace arcadeq
