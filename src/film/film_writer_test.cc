#include "film/film_writer.h"

#include <filesystem>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/testing/file_size_limit.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;

TEST(MakeFilmWriter, ChoosesTheFormatByTheExtension) {
  const TemporaryDirectory directory;
  for (const char* const name : {"x.gif", "x.webp", "x.mp4", "X.GIF"}) {
    const auto film = MakeFilmWriter(directory / name);
    film->Add(PlainImage(), 0.05);
    film->Close();
  }
  EXPECT_EQ(ReadFile(directory / "x.gif").substr(0, 6), "GIF89a");
  EXPECT_EQ(ReadFile(directory / "X.GIF").substr(0, 6), "GIF89a");
  EXPECT_EQ(ReadFile(directory / "x.webp").substr(8, 4), "WEBP");
  EXPECT_EQ(ReadFile(directory / "x.mp4").substr(4, 4), "ftyp");
}

TEST(MakeFilmWriter, RefusesOtherExtensions) {
  for (const char* const name : {"x.avi", "x", ".gif", "gif"}) {
    EXPECT_THAT(RefusalOf([&] { MakeFilmWriter(name); }),
                testing::EndsWith(": a film's name ends in .gif, .webp or .mp4"));
    EXPECT_FALSE(std::filesystem::exists(name));
  }
}

// What all formats have in common.
class AnyFilm : public testing::TestWithParam<const char*> {
 protected:
  const TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_ / GetParam();
};

TEST_P(AnyFilm, AppearsOnlyWhenComplete) {
  const auto film = MakeFilmWriter(file_);
  film->Add(PlainImage(), 0.05);
  EXPECT_FALSE(std::filesystem::exists(file_));
  film->Close();
  EXPECT_THAT(ListDirectory(directory_.path()), ElementsAre(GetParam()));
}

TEST_P(AnyFilm, LeavesNothingBehindWithoutCloseOrPictures) {
  MakeFilmWriter(file_)->Add(PlainImage(), 0.05);
  MakeFilmWriter(file_)->Close();
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_P(AnyFilm, LeavesNothingBehindOnAFullDisk) {
  {
    const FileSizeLimit full(20);
    EXPECT_THROW(
        {
          const auto film = MakeFilmWriter(file_);
          film->Add(PlainImage(), 0.05);
          film->Close();
        },
        UserError);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_P(AnyFilm, ReplacesNothingButFiles) {
  std::filesystem::create_symlink("/dev/null", file_);
  EXPECT_THAT(RefusalOf([&] { MakeFilmWriter(file_); }),
              testing::HasSubstr("a device, not a file"));
  std::filesystem::remove(file_);
  std::filesystem::create_symlink("behind", file_);
  const auto film = MakeFilmWriter(file_);
  film->Add(PlainImage(), 0.05);
  film->Close();
  EXPECT_TRUE(std::filesystem::is_symlink(file_));
  EXPECT_TRUE(std::filesystem::is_regular_file(directory_ / "behind"));
}

TEST_P(AnyFilm, NamesAFileThatCannotBeCreated) {
  EXPECT_EQ(RefusalOf([] { MakeFilmWriter(std::string("/nowhere/") + GetParam()); }),
            std::string("cannot write /nowhere/") + GetParam() + ": No such file or directory");
}

TEST_P(AnyFilm, RefusesPicturesThatDoNotFit) {
  const auto film = MakeFilmWriter(file_);
  film->Add(PlainImage(), 0.05);
  EXPECT_THROW(film->Add(PlainImage(0, 5, 4), 0.05), std::invalid_argument);
  EXPECT_THROW(film->Add(PlainImage(4), 0.05), std::invalid_argument) << "of four colours";
}

INSTANTIATE_TEST_SUITE_P(Films, AnyFilm, testing::Values("x.gif", "x.webp", "x.mp4"));

}  // namespace
}  // namespace arcadeq
