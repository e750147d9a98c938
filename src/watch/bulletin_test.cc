#include "watch/bulletin.h"

#include <cstddef>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "watch/byte_source.h"

namespace arcadeq {
namespace {

std::string ReadAll(ByteSource& reader) {
  std::string all, more;
  do {
    more.clear();
    reader.Read(more);
    all += more;
  } while (!more.empty());
  return all;
}

std::size_t CountOf(const std::string& words, const std::string& text) {
  std::size_t count = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

TEST(Bulletin, GivesEachReaderTheNewestStatusOnce) {
  Bulletin bulletin;
  bulletin.SetStatus("{1}");
  bulletin.SetStatus("{2}");
  const auto reader = bulletin.MakeReader();
  EXPECT_EQ(ReadAll(*reader), "event: status\ndata: {2}\n\n");
  EXPECT_EQ(ReadAll(*reader), "");
  bulletin.SetStatus("{3}");
  EXPECT_EQ(ReadAll(*bulletin.MakeReader()), "event: status\ndata: {3}\n\n");
  EXPECT_EQ(ReadAll(*reader), "event: status\ndata: {3}\n\n");
}

TEST(Bulletin, ShowsThePicturesSinceAReaderCame) {
  Bulletin bulletin;
  bulletin.AddPicture("old", 1);
  const auto reader = bulletin.MakeReader();
  bulletin.AddPicture("abc", 0.0667);
  bulletin.AddPicture("abd", 0.1);
  EXPECT_EQ(ReadAll(*reader),
            "event: picture\ndata: 67 YWJj\n\nevent: picture\ndata: 100 YWJk\n\n");
  EXPECT_EQ(ReadAll(*reader), "");
}

TEST(Bulletin, DropsWhatASlowReaderMisses) {
  Bulletin bulletin;
  const auto reader = bulletin.MakeReader();
  for (int i = 0; i < 10'000; ++i) bulletin.AddPicture("picture", 1);
  EXPECT_EQ(CountOf("event: picture", ReadAll(*reader)), Bulletin::kMaxPictures);
}

TEST(Bulletin, KnowsWhetherItIsRead) {
  Bulletin bulletin;
  EXPECT_FALSE(bulletin.spectator().watches);
  auto one = bulletin.MakeReader();
  auto other = bulletin.MakeReader();
  EXPECT_TRUE(bulletin.spectator().watches);
  one.reset();
  EXPECT_TRUE(bulletin.spectator().watches);
  other.reset();
  EXPECT_FALSE(bulletin.spectator().watches);
}

TEST(Bulletin, EndsAfterTheLastStatus) {
  auto bulletin = std::make_unique<Bulletin>();
  const auto reader = bulletin->MakeReader();
  std::string text;
  EXPECT_TRUE(reader->Read(text));
  bulletin->SetStatus("{}");
  bulletin->Close();
  bulletin.reset();
  EXPECT_FALSE(reader->Read(text));
  EXPECT_EQ(text, "event: status\ndata: {}\n\n");
}

}  // namespace
}  // namespace arcadeq
