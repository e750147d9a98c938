#include "play/film_game.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "evaluate/player.h"
#include "film/film_writer.h"
#include "picture/image.h"
#include "play/testing/catch_player.h"

namespace arcadeq {
namespace {

constexpr double kEpsilon = 0.5;
const std::atomic<bool> kNeverStops{false};

// Keeps the pictures.
class KeptFilm : public FilmWriter {
 public:
  void Add(const Image& picture, double shown_for) override {
    pictures.push_back(picture);
    seconds += shown_for;
  }
  void Close() override {}

  std::vector<Image> pictures;
  double seconds = 0;
};

EpisodeResult Scoring(double score) {
  EpisodeResult result;
  result.raw_return = score;
  return result;
}

TEST(FilmGame, FilmsThatGame) {
  const auto player = MakeCatchPlayer();
  const auto games = player->Play(12, kEpsilon);
  bool wins = false, loses = false;
  for (const std::int64_t number : {0, 5, 11, 3, 7, 2}) {
    KeptFilm film;
    const EpisodeResult result = FilmGame(*player, number, kEpsilon, false, film, kNeverStops);
    const EpisodeResult& expected = games[static_cast<std::size_t>(number)];
    EXPECT_EQ(result.raw_return, expected.raw_return);
    EXPECT_EQ(result.steps, expected.steps);
    EXPECT_EQ(result.frames, expected.frames);
    EXPECT_EQ(film.pictures.size(), static_cast<std::size_t>(result.steps) + 1);
    EXPECT_NEAR(film.seconds, static_cast<double>(result.steps + 1) / 8, 1e-9);
    (result.raw_return > 0 ? wins : loses) = true;
  }
  EXPECT_TRUE(wins && loses) << "the games are too much alike";
}

TEST(FilmGame, AnOverlayChangesThePicturesAlone) {
  const auto player = MakeCatchPlayer();
  KeptFilm plain, overlaid;
  const EpisodeResult without = FilmGame(*player, 4, kEpsilon, false, plain, kNeverStops);
  const EpisodeResult with = FilmGame(*player, 4, kEpsilon, true, overlaid, kNeverStops);
  EXPECT_EQ(without.raw_return, with.raw_return);
  ASSERT_EQ(plain.pictures.size(), overlaid.pictures.size());
  for (const Image& picture : overlaid.pictures) {
    EXPECT_TRUE(IsComplete(picture));
    EXPECT_GT(picture.width, plain.pictures.front().width);
    EXPECT_EQ(picture.width, overlaid.pictures.front().width);
    EXPECT_EQ(picture.height, overlaid.pictures.front().height);
    EXPECT_EQ(picture.palette, overlaid.pictures.front().palette);
  }
}

TEST(ChooseGame, TheBest) {
  EXPECT_EQ(BestGame(std::vector{Scoring(3)}), 0u);
  EXPECT_EQ(BestGame(std::vector{Scoring(3), Scoring(7), Scoring(-1), Scoring(7)}), 1u);
}

TEST(ChooseGame, TheMedian) {
  EXPECT_EQ(MedianGame(std::vector{Scoring(3)}), 0u);
  EXPECT_EQ(MedianGame(std::vector{Scoring(9), Scoring(1), Scoring(5)}), 2u);
  EXPECT_EQ(MedianGame(std::vector{Scoring(9), Scoring(1), Scoring(5), Scoring(2)}), 3u);
  EXPECT_EQ(MedianGame(std::vector{Scoring(9), Scoring(2), Scoring(2), Scoring(1)}), 1u);
}

}  // namespace
}  // namespace arcadeq
