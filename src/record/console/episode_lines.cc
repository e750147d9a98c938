#include "record/console/episode_lines.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "record/event.h"

namespace arcadeq {
namespace {

// The most episodes in a second that get a line each; the others share one.
constexpr std::int64_t kFew = 4;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::string LossText(double loss) {
  return std::isnan(loss) ? "-" : fmt::format("{:.5f}", loss);
}

std::string SharedLine(const std::vector<EpisodeEnded>& episodes) {
  const std::string numbers =
      fmt::format("Episodes: {} to {}", episodes.front().episode, episodes.back().episode);
  if (!episodes.back().learning) return "Pre-training..." + numbers;
  double sum = 0, best = -std::numeric_limits<double>::infinity(), loss = 0;
  int losses = 0;
  for (const EpisodeEnded& each : episodes) {
    sum += each.raw_return;
    best = std::max(best, each.raw_return);
    if (std::isnan(each.mean_loss)) continue;
    loss += each.mean_loss;
    ++losses;
  }
  return fmt::format("{}, mean reward: {:.1f}, best: {:.1f}, avg loss: {}, eps: {:.3f}", numbers,
                     sum / static_cast<double>(episodes.size()), best,
                     LossText(losses > 0 ? loss / losses : kNone), episodes.back().epsilon);
}

}  // namespace

std::string EpisodeLine(const EpisodeEnded& ended) {
  if (!ended.learning) return fmt::format("Pre-training...Episode: {}", ended.episode);
  return fmt::format("Episode: {}, Reward: {:.1f}, avg loss: {}, eps: {:.3f}", ended.episode,
                     ended.raw_return, LossText(ended.mean_loss), ended.epsilon);
}

std::vector<std::string> EpisodeLines::Add(const EpisodeEnded& ended, double now) {
  std::vector<std::string> lines = TakeDue(now);
  if (now >= second_began_ + 1) {
    busy_ = ended_in_second_ > kFew && now < second_began_ + 2;
    second_began_ = now;
    ended_in_second_ = 0;
  }
  ++ended_in_second_;
  if (busy_ || ended_in_second_ > kFew) {
    waiting_.push_back(ended);
  } else {
    lines.push_back(EpisodeLine(ended));
  }
  return lines;
}

std::vector<std::string> EpisodeLines::TakeDue(double now) {
  return now >= second_began_ + 1 ? TakeRest() : std::vector<std::string>();
}

std::vector<std::string> EpisodeLines::TakeRest() {
  std::vector<std::string> lines;
  if (waiting_.size() == 1) lines.push_back(EpisodeLine(waiting_.front()));
  if (waiting_.size() > 1) lines.push_back(SharedLine(waiting_));
  waiting_.clear();
  return lines;
}

}  // namespace arcadeq
