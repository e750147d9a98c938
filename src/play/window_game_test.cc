#include "play/window_game.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "evaluate/player.h"
#include "play/testing/catch_player.h"
#include "window/remote_window.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::string kFastest =
    "for i in 1 2 3 4; do echo press plus >&0; echo release plus >&0; done; ";
const std::string kReadOn = "cat >/dev/null";

class WindowGameTest : public testing::Test {
 protected:
  // Plays in a window whose process is a shell script that presses keys.
  void Play(const std::string& script, const WindowGames& games) {
    RemoteWindow window(WindowCommand{"/bin/sh", {"sh", "-c", "echo ready >&0; " + script}});
    PlayInWindow(
        *player_, window, games, [this](const GameReport& report) { reports_.push_back(report); },
        stop_);
  }

  const std::unique_ptr<Player> player_ = MakeCatchPlayer();
  std::vector<GameReport> reports_;
  std::atomic<bool> stop_{false};
};

TEST_F(WindowGameTest, PlaysTheGamesOfThePlayer) {
  const auto games = player_->Play(4, 0.5);
  Play(kFastest + kReadOn, {.first = 2, .count = 2, .epsilon = 0.5, .overlay = true});
  ASSERT_THAT(reports_, SizeIs(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(reports_[i].number, static_cast<std::int64_t>(i + 2));
    EXPECT_TRUE(reports_[i].over);
    EXPECT_EQ(reports_[i].result.raw_return, games[i + 2].raw_return);
    EXPECT_FALSE(reports_[i].agents);
  }
}

TEST_F(WindowGameTest, QEndsTheGame) {
  Play("echo press space >&0; echo press q >&0; " + kReadOn, {});
  ASSERT_THAT(reports_, SizeIs(1));
  EXPECT_FALSE(reports_[0].over);
}

TEST_F(WindowGameTest, RBeginsTheNextGame) {
  Play("echo press space >&0; echo press r >&0; sleep 0.1; echo press q >&0; " + kReadOn,
       {.first = 5});
  ASSERT_GE(reports_.size(), 1u);
  EXPECT_EQ(reports_[0].number, 5);
  EXPECT_FALSE(reports_[0].over);
}

TEST_F(WindowGameTest, EndsWithTheWindow) {
  Play("echo closed >&0", {});
  ASSERT_THAT(reports_, SizeIs(1));
  EXPECT_FALSE(reports_[0].over);
}

TEST_F(WindowGameTest, EndsOnRequest) {
  stop_ = true;
  Play(kReadOn, {});
  EXPECT_TRUE(reports_.empty());
}

TEST_F(WindowGameTest, ReportsALostWindow) {
  EXPECT_THAT(RefusalOf([this] { Play("exit 1", {}); }), HasSubstr("the window was lost"));
}

// The paddle starts in the middle and goes to the right, so it meets the balls that fall there.
TEST_F(WindowGameTest, APersonPlaysAgainstTheAgent) {
  const auto agents = player_->Play(3, 0);
  Play(kFastest + "echo press right >&0; " + kReadOn, {.count = 3, .human = true});
  ASSERT_THAT(reports_, SizeIs(3));
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(reports_[i].result.steps, 9);
    ASSERT_TRUE(reports_[i].agents);
    EXPECT_EQ(reports_[i].agents->raw_return, agents[i].raw_return);
    sum += reports_[i].result.raw_return;
  }
  EXPECT_LT(sum, 8);
}

}  // namespace
}  // namespace arcadeq
