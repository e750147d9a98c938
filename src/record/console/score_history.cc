#include "record/console/score_history.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace arcadeq {

std::string ScoreHistory::Save() const {
  ByteWriter state;
  state.Write(steps_per_point_);
  state.Write(points_);
  return state.text();
}

void ScoreHistory::Restore(std::string_view bytes) {
  ByteReader state(bytes, "the state of the score's curve");
  steps_per_point_ = state.Read<std::int64_t>("steps per point");
  if (steps_per_point_ < 1) state.Refuse("steps per point", "less than 1");
  points_ = state.ReadVector<double>("points");
  if (points_.size() > kMaxPoints) state.Refuse("points", "too many");
  state.ExpectEnd();
}

void ScoreHistory::Add(std::int64_t step, double score) {
  const auto last = std::max<std::int64_t>(step, 1) - 1;
  while (last / steps_per_point_ >= static_cast<std::int64_t>(kMaxPoints)) Halve();
  const auto point = static_cast<std::size_t>(last / steps_per_point_);
  while (points_.size() <= point) {
    points_.push_back(points_.empty() ? std::numeric_limits<double>::quiet_NaN() : points_.back());
  }
  points_[point] = score;
}

void ScoreHistory::Halve() {
  const std::size_t size = points_.size();
  for (std::size_t i = 0; i < size; i += 2) points_[i / 2] = points_[std::min(i + 1, size - 1)];
  points_.resize((size + 1) / 2);
  steps_per_point_ *= 2;
}

}  // namespace arcadeq
