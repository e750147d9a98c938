#include "record/run_status.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/quantity_text.h"
#include "record/event.h"

namespace arcadeq {
namespace {

constexpr std::size_t kLastEpisodes = 100;

}  // namespace

std::string RunStatus::Save() const {
  ByteWriter state;
  state.Write(episodes_);
  state.Write<std::uint64_t>(last_episodes_.size());
  for (const Episode& episode : last_episodes_) {
    state.Write(episode.raw_return);
    state.Write(episode.length_steps);
  }
  return state.text();
}

void RunStatus::Restore(std::string_view bytes) {
  ByteReader state(bytes, "the state of the console");
  episodes_ = state.Read<std::int64_t>("episodes");
  const auto count = state.Read<std::uint64_t>("number of scores");
  if (count > kLastEpisodes) state.Refuse("number of scores", "too many");
  last_episodes_.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto raw_return = state.Read<double>("score");
    last_episodes_.push_back({raw_return, state.Read<std::int64_t>("length")});
  }
  state.ExpectEnd();
}

void RunStatus::Update(const RunBegan& began) {
  began_ = began;
}

void RunStatus::Update(const EpisodeEnded& ended) {
  episodes_ = ended.episode;
  last_episodes_.push_back({ended.raw_return, ended.length_steps});
  if (last_episodes_.size() > kLastEpisodes) last_episodes_.pop_front();
}

void RunStatus::Update(const Progress& progress) {
  progress_ = progress;
}

void RunStatus::Update(const Diagnosis& diagnosis) {
  dead_units_ = diagnosis.dead_units;
}

void RunStatus::Update(const RunEnded& ended) {
  progress_.step = ended.step;
  progress_.frame = ended.frame;
  progress_.episode = ended.episode;
  progress_.wall_seconds = ended.wall_seconds;
}

std::string RunStatus::Line() const {
  std::string line = fmt::format("{} frames, {:.0f} steps/s", FormatCount(progress_.frame),
                                 progress_.steps_per_second);
  if (const auto mean = MeanReturn()) line += fmt::format(", mean reward: {:.1f}", *mean);
  line += fmt::format(", eps: {:.3f}", progress_.epsilon);
  if (progress_.learning && !std::isnan(progress_.loss)) {
    line += fmt::format(", loss: {:.5f}", progress_.loss);
  }
  if (const auto left = SecondsLeft()) {
    line += fmt::format(", time left: {}", FormatDuration(*left));
  }
  return line;
}

std::optional<LimitProgress> RunStatus::NearestLimit() const {
  std::optional<LimitProgress> nearest;
  const auto consider = [&nearest](std::int64_t done, std::int64_t target, std::string_view unit) {
    if (target == 0) return;
    const double share = std::min(static_cast<double>(done) / static_cast<double>(target), 1.0);
    if (!nearest || nearest->share < share) nearest = {done, target, unit, share};
  };
  consider(progress_.step, began_.target_steps, "steps");
  consider(progress_.frame, began_.target_frames, "frames");
  consider(episodes_, began_.target_episodes, "episodes");
  return nearest;
}

std::optional<double> RunStatus::SecondsLeft() const {
  if (!progress_.learning || progress_.step <= 0 || !(progress_.steps_per_second > 0)) {
    return std::nullopt;
  }
  double steps_left = std::numeric_limits<double>::infinity();
  const auto limit = [&](std::int64_t target, std::int64_t done, double steps_each) {
    if (target > 0) {
      steps_left = std::min(steps_left, static_cast<double>(target - done) * steps_each);
    }
  };
  limit(began_.target_steps, progress_.step, 1);
  if (progress_.frame > 0) {
    limit(began_.target_frames, progress_.frame,
          static_cast<double>(progress_.step) / static_cast<double>(progress_.frame));
  }
  if (!last_episodes_.empty()) limit(began_.target_episodes, episodes_, MeanLengthSteps());
  if (std::isinf(steps_left)) return std::nullopt;
  return std::max(steps_left, 0.0) / progress_.steps_per_second;
}

std::optional<double> RunStatus::MeanReturn() const {
  if (last_episodes_.empty()) return std::nullopt;
  double sum = 0;
  for (const Episode& episode : last_episodes_) sum += episode.raw_return;
  return sum / static_cast<double>(last_episodes_.size());
}

double RunStatus::RandomScore() const {
  return std::isnan(began_.random_score) ? progress_.random_return : began_.random_score;
}

double RunStatus::FramesPerSecond() const {
  if (progress_.step == 0) return 0;
  return progress_.steps_per_second * static_cast<double>(progress_.frame) /
         static_cast<double>(progress_.step);
}

double RunStatus::MeanLengthSteps() const {
  double sum = 0;
  for (const Episode& episode : last_episodes_) sum += static_cast<double>(episode.length_steps);
  return sum / static_cast<double>(last_episodes_.size());
}

}  // namespace arcadeq
