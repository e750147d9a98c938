#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// How a score developed over a run, in a bounded number of points that are evenly spaced in steps.
// When there is no room for more, every two points become one.
class ScoreHistory {
 public:
  static constexpr std::size_t kMaxPoints = 512;

  // Converts the points to bytes and back. Restore() throws UserError if they are damaged.
  std::string Save() const;
  void Restore(std::string_view state);

  // The score after `step` steps, from 1. A point holds the last score of its steps.
  void Add(std::int64_t step, double score);

  std::int64_t steps_per_point() const { return steps_per_point_; }
  // From the run's beginning to the last score; NaN before the first.
  std::span<const double> points() const { return points_; }

 private:
  void Halve();

  std::int64_t steps_per_point_ = 1;
  std::vector<double> points_;
};

}  // namespace arcadeq
