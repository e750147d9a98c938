#include "report/videos.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class VideosTest : public testing::Test {
 protected:
  // A run with videos of ten bytes each.
  RunContents MakeRun(const std::string& name, int videos) const {
    RunContents run;
    run.name = name;
    for (int i = 1; i <= videos; ++i) {
      run.episodes.push_back(
          {.episode = i, .step = 1000 * i, .frame = 0, .raw_return = 5.0 * i, .wall_seconds = 0});
      RunVideo video;
      video.file = directory_ / (name + std::to_string(i));
      video.bytes = 10;
      video.episode = i;
      video.step = 1000 * i;
      video.row = i - 1;
      std::ofstream(video.file) << "GIF89a....";
      run.videos.push_back(video);
    }
    return run;
  }
  static std::vector<std::int64_t> EpisodesOf(const EmbeddedVideos& videos) {
    std::vector<std::int64_t> episodes;
    for (const EmbeddedVideo& embedded : videos.videos) episodes.push_back(embedded.video->episode);
    return episodes;
  }

  const TemporaryDirectory directory_;
};

TEST_F(VideosTest, OrderIsSpreadFromItsBeginning) {
  EXPECT_THAT(SpreadOrder(0), IsEmpty());
  EXPECT_THAT(SpreadOrder(1), ElementsAre(0));
  EXPECT_THAT(SpreadOrder(2), ElementsAre(1, 0));
  EXPECT_THAT(SpreadOrder(7), ElementsAre(6, 0, 3, 1, 4, 2, 5));
}

TEST_F(VideosTest, AreThinnedOutToTheLimit) {
  ReportedRuns runs;
  runs.runs.push_back(MakeRun("a", 7));
  EXPECT_THAT(EpisodesOf(ReadVideos(runs, 70)), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  const EmbeddedVideos some = ReadVideos(runs, 39);
  EXPECT_THAT(EpisodesOf(some), ElementsAre(1, 4, 7));
  EXPECT_EQ(some.found, 7u);
  EXPECT_EQ(some.bytes, 30u);
  EXPECT_EQ(some.videos[0].gif, "GIF89a....");
  EXPECT_EQ(DescribeVideo(some.videos[1]), "episode 4, step 4,000, score 20");
  EXPECT_THAT(EpisodesOf(ReadVideos(runs, 0)), IsEmpty());
}

TEST_F(VideosTest, EachRunGetsAnEqualShare) {
  ReportedRuns runs;
  runs.runs.push_back(MakeRun("a", 7));
  runs.runs.push_back(MakeRun("b", 1));
  runs.runs.push_back(MakeRun("c", 0));
  EXPECT_THAT(EpisodesOf(ReadVideos(runs, 40)), ElementsAre(1, 7, 1));
}

TEST_F(VideosTest, OneThatIsGoneIsNoted) {
  ReportedRuns runs;
  runs.runs.push_back(MakeRun("a", 2));
  std::filesystem::remove(runs.runs[0].videos[0].file);
  const EmbeddedVideos videos = ReadVideos(runs, 100);
  EXPECT_THAT(EpisodesOf(videos), ElementsAre(2));
  EXPECT_THAT(videos.notes, ElementsAre(HasSubstr("a1")));
}

TEST_F(VideosTest, AnEpisodeCutShortHasNoScore) {
  ReportedRuns runs;
  runs.runs.push_back(MakeRun("a", 1));
  runs.runs[0].videos[0].episode = 0;
  EXPECT_EQ(DescribeVideo(ReadVideos(runs, 100).videos[0]),
            "an episode cut short, from step 1,000");
}

}  // namespace
}  // namespace arcadeq
