#include "play/window_game.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "evaluate/player.h"
#include "picture/image.h"
#include "picture/moment.h"
#include "picture/overlay.h"
#include "play/controls.h"
#include "play/joystick_actions.h"
#include "window/key.h"
#include "window/remote_window.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// How often to look whether the program is to stop.
constexpr std::chrono::milliseconds kLongestWait{50};
// Beyond this delay a game does not try to catch up.
constexpr std::chrono::milliseconds kLongestLag{100};
constexpr Seconds kSpeedNotice{1};
// How long the end of a game stays on the screen.
constexpr double kEndSeconds = 2;

class Session {
 public:
  Session(Player& player, RemoteWindow& window, const WindowGames& games,
          const std::atomic<bool>& stop)
      : player_(player),
        window_(window),
        games_(games),
        stop_(stop),
        controls_(games.human, games.overlay) {}

  bool Ends() const { return stop_ || controls_.quits() || !window_.open(); }
  GameReport Play(std::int64_t number);

 private:
  // Waits until the picture has been on the screen for `seconds` of the game, longer while the game
  // is paused. Returns false if the game is to end.
  bool WaitOut(double seconds);
  void HandleKeys();
  void Draw();
  // The result of the agent's own game; none if it is to stop before the game is over.
  std::optional<EpisodeResult> PlayAlone(std::int64_t number) const;
  std::vector<std::string> Notice() const;

  Player& player_;
  RemoteWindow& window_;
  const WindowGames& games_;
  const std::atomic<bool>& stop_;
  Controls controls_;
  Overlay overlay_;
  // What is on the screen, since when, and how the game ended.
  Image screen_;
  Moment moment_;
  Clock::time_point shown_at_ = Clock::now();
  std::vector<std::string> end_;
  Clock::time_point speed_notice_until_{};
};

GameReport Session::Play(std::int64_t number) {
  Player::Game game = player_.Begin(number);
  const JoystickActions joystick(game.spec().action_names);
  int action = 0;
  bool goes_on = true;
  end_.clear();
  while (goes_on && !game.over()) {
    screen_ = game.Screen();
    moment_ = game.Describe();
    moment_.epsilon = games_.epsilon;
    if (!games_.human) action = game.Choose(games_.epsilon);
    moment_.taken = action;
    Draw();
    goes_on = WaitOut(game.seconds());
    if (!goes_on) break;
    if (games_.human) action = joystick.ActionFor(controls_.TakeJoystick()).value_or(action);
    game.Step(action);
  }
  GameReport report{number, game.over(), game.result(), {}};
  screen_ = game.Screen();
  moment_.score = report.result.raw_return;
  if (games_.human) report.agents = PlayAlone(number);
  if (!report.over || Ends()) return report;
  end_ = {fmt::format("game over: {:g}", report.result.raw_return)};
  if (report.agents) end_.push_back(fmt::format("the agent: {:g}", report.agents->raw_return));
  Draw();
  shown_at_ = Clock::now();
  WaitOut(kEndSeconds);
  return report;
}

bool Session::WaitOut(double seconds) {
  for (;;) {
    HandleKeys();
    if (Ends() || controls_.TakeNewGame()) return false;
    const auto now = Clock::now();
    const auto until = shown_at_ + std::chrono::duration_cast<Clock::duration>(
                                       Seconds(seconds / controls_.speed()));
    if (controls_.TakeStep() || (!controls_.paused() && now >= until)) {
      shown_at_ = controls_.paused() || now - until > kLongestLag ? now : until;
      return true;
    }
    if (speed_notice_until_ != Clock::time_point{} && now >= speed_notice_until_) {
      speed_notice_until_ = {};
      Draw();
    }
    auto wait = kLongestWait;
    if (!controls_.paused()) {
      wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(until - now));
    }
    window_.Wait(wait);
  }
}

void Session::HandleKeys() {
  window_.Attend();
  const std::vector<KeyEvent> keys = window_.TakeKeys();
  if (keys.empty()) return;
  const double speed = controls_.speed();
  for (const KeyEvent& key : keys) controls_.Handle(key);
  if (controls_.speed() != speed) {
    speed_notice_until_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(kSpeedNotice);
  }
  Draw();
}

void Session::Draw() {
  window_.Show(overlay_.Draw(screen_, controls_.overlay() ? &moment_ : nullptr, Notice()));
}

std::vector<std::string> Session::Notice() const {
  std::vector<std::string> lines = controls_.Notice();
  if (speed_notice_until_ != Clock::time_point{}) lines.push_back(controls_.SpeedText());
  lines.insert(lines.end(), end_.begin(), end_.end());
  return lines;
}

std::optional<EpisodeResult> Session::PlayAlone(std::int64_t number) const {
  Player::Game game = player_.Begin(number);
  while (!game.over()) {
    if (stop_) return std::nullopt;
    game.Step(game.Choose(games_.epsilon));
  }
  return game.result();
}

}  // namespace

void PlayInWindow(Player& player, RemoteWindow& window, const WindowGames& games,
                  const std::function<void(const GameReport&)>& report,
                  const std::atomic<bool>& stop) {
  Session session(player, window, games, stop);
  for (std::int64_t played = 0; !session.Ends() && (games.count == 0 || played < games.count);
       ++played) {
    report(session.Play(games.first + played));
  }
}

}  // namespace arcadeq
