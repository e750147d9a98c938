#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/file_size_limit.h"
#include "base/testing/temporary_directory.h"
#include "film/testing/gif_decoder.h"
#include "record/event.h"
#include "record/recorder.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::UnorderedElementsAre;

std::vector<std::string> FilesIn(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

void Film(Sink& sink, std::int64_t first_step, int pictures) {
  for (int i = 0; i < pictures; ++i) {
    sink.Handle(Picture(first_step, static_cast<std::uint8_t>(i % 4)));
  }
}

// With several environments, episodes are numbered in the order in which they end.
TEST(Gif, WritesOneFileForEachFilmedEpisode) {
  const TemporaryDirectory directory;
  const auto sink = MakeGifSink(directory / "videos", 12, 8);
  Film(*sink, 1, 3);
  sink->Handle(VideoEnded{1});
  sink->Handle(VideoEnded{2});  // not filmed
  Film(*sink, 481, 5);
  EXPECT_THAT(FilesIn(directory / "videos"), testing::Contains("episode_000001.gif"));
  EXPECT_THAT(FilesIn(directory / "videos"), testing::Not(testing::Contains("episode_000050.gif")));
  sink->Handle(VideoEnded{50});
  EXPECT_THAT(FilesIn(directory / "videos"),
              UnorderedElementsAre("episode_000001.gif", "episode_000050.gif"));
  const DecodedGif gif = DecodeGif(directory / "videos/episode_000050.gif");
  EXPECT_EQ(gif.pictures.size(), 5u);
  EXPECT_EQ(gif.height, 12);
  EXPECT_EQ(gif.width, 8);
}

TEST(Gif, SkipsPicturesThatAreOnlyShown) {
  const TemporaryDirectory directory;
  const auto sink = MakeGifSink(directory.path(), 0, 0);
  VideoFrame picture = Picture(1);
  picture.filmed = false;
  sink->Handle(picture);
  sink->Handle(VideoEnded{1});
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Gif, KeepsAVideoThatTheEndOfTheRunCutsShort) {
  const TemporaryDirectory directory;
  {
    const auto sink = MakeGifSink(directory.path(), 0, 0);
    Film(*sink, 1, 3);
    sink->Handle(RunEnded{});
    EXPECT_THAT(FilesIn(directory.path()),
                UnorderedElementsAre("unfinished_from_step_000000001.gif"));
  }
  {
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(MakeGifSink(directory.path(), 0, 0));
    Recorder recorder(std::move(sinks));
    recorder.Emit(Picture(2));
  }
  EXPECT_THAT(FilesIn(directory.path()),
              UnorderedElementsAre("unfinished_from_step_000000001.gif",
                                   "unfinished_from_step_000000002.gif"));
  EXPECT_EQ(DecodeGif(directory / "unfinished_from_step_000000001.gif").pictures.size(), 3u);
  EXPECT_EQ(DecodeGif(directory / "unfinished_from_step_000000002.gif").pictures.size(), 1u);
}

// A regression: destroying the sink used to complete it again.
TEST(Gif, DropsAVideoThatDoesNotFit) {
  const TemporaryDirectory directory;
  const FileSizeLimit full(10);
  for (int size : {6, 600}) {  // pixels per side: fails in Close(), and before
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(MakeGifSink(directory.path(), size, size));
    EXPECT_THROW(
        {
          Film(*sinks.front(), 1, 20);
          sinks.front()->Handle(VideoEnded{1});
        },
        UserError);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << size;
    sinks.clear();
    EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << size;
  }
}

TEST(Gif, NamesAFolderThatCannotBeCreated) {
  EXPECT_THROW(MakeGifSink("/dev/null/videos", 0, 0), UserError);
}

}  // namespace
}  // namespace arcadeq
