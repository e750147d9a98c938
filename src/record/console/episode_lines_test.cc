#include "record/console/episode_lines.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/event.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Line(int episode) {
  return EpisodeLine(LearningEpisode(episode, 10 * episode));
}

// Adds the episodes [first, last], `period` seconds apart; returns all lines.
std::vector<std::string> Add(EpisodeLines& lines, int first, int last, double begin,
                             double period) {
  std::vector<std::string> all;
  for (int episode = first; episode <= last; ++episode) {
    const auto some =
        lines.Add(LearningEpisode(episode, 10 * episode), begin + (episode - first) * period);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST(EpisodeLines, AreTheArticles) {
  EpisodeEnded ended;
  ended.episode = 3;
  EXPECT_EQ(EpisodeLine(ended), "Pre-training...Episode: 3");
  ended = LearningEpisode(12, 155);
  EXPECT_EQ(EpisodeLine(ended), "Episode: 12, Reward: 155.0, avg loss: 0.01234, eps: 0.983");
  ended.mean_loss = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(EpisodeLine(ended), "Episode: 12, Reward: 155.0, avg loss: -, eps: 0.983");
}

TEST(EpisodeLines, FewEpisodesHaveTheirOwnAtOnce) {
  EpisodeLines lines;
  for (int i = 1; i <= 100; ++i) {
    EXPECT_THAT(lines.Add(LearningEpisode(i, 10 * i), 100 + 0.3 * i), ElementsAre(Line(i)));
    EXPECT_THAT(lines.TakeDue(100.1 + 0.3 * i), IsEmpty());
  }
}

TEST(EpisodeLines, ManyEpisodesShareOneASecond) {
  EpisodeLines lines;
  // Nobody knows yet that there will be many.
  EXPECT_THAT(Add(lines, 1, 10, 100, 0.1), ElementsAre(Line(1), Line(2), Line(3), Line(4)));
  EXPECT_THAT(lines.TakeDue(100.95), IsEmpty());
  EXPECT_THAT(
      lines.TakeDue(101),
      ElementsAre(
          "Episodes: 5 to 10, mean reward: 75.0, best: 100.0, avg loss: 0.01234, eps: 0.983"));
  EXPECT_THAT(lines.TakeDue(101.05), IsEmpty());
  EXPECT_THAT(Add(lines, 11, 20, 101.1, 0.05), IsEmpty());
  // If no second ends quietly, the next episode brings the line.
  EXPECT_THAT(
      Add(lines, 21, 22, 102.15, 0.1),
      ElementsAre(
          "Episodes: 11 to 20, mean reward: 155.0, best: 200.0, avg loss: 0.01234, eps: 0.983"));
  // Few again.
  EXPECT_THAT(Add(lines, 23, 23, 103.2, 0.3),
              ElementsAre("Episodes: 21 to 22, mean reward: 215.0, best: 220.0, avg loss: 0.01234, "
                          "eps: 0.983",
                          Line(23)));
}

TEST(EpisodeLines, AQuietSecondEndsTheSharing) {
  EpisodeLines lines;
  Add(lines, 1, 10, 100, 0.1);
  EXPECT_THAT(lines.TakeRest(), testing::SizeIs(1));
  EXPECT_THAT(Add(lines, 11, 12, 102.5, 0.1), ElementsAre(Line(11), Line(12)));
}

TEST(EpisodeLines, AnOnlyEpisodeSharesWithNoOther) {
  EpisodeLines lines;
  Add(lines, 1, 5, 100, 0.1);
  EXPECT_THAT(lines.TakeRest(), ElementsAre(Line(5)));
  EXPECT_THAT(lines.TakeRest(), IsEmpty());
}

TEST(EpisodeLines, ShareBeforeLearningToo) {
  EpisodeLines lines;
  for (int i = 1; i <= 9; ++i) {
    EpisodeEnded ended;
    ended.episode = i;
    lines.Add(ended, 100);
  }
  EXPECT_THAT(lines.TakeRest(), ElementsAre("Pre-training...Episodes: 5 to 9"));
}

}  // namespace
}  // namespace arcadeq
