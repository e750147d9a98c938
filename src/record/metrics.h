#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "record/event.h"

namespace arcadeq {

// What a metric is drawn over.
enum class Axis { kEpisode, kStep };

// A TensorBoard scalar: its tag, its explanation (shown by TensorBoard and docs/metrics.md), and
// the function that computes its value; NaN means no value.
struct Metric {
  using OfEpisode = double (*)(const EpisodeEnded&);
  using OfProgress = double (*)(const Progress&);
  using OfEvaluation = double (*)(const Evaluated&);

  std::string_view tag;
  Axis axis;
  std::string_view explanation;
  std::variant<OfEpisode, OfProgress, OfEvaluation> value;
};

std::span<const Metric> Metrics();

// A column of episodes.csv; an empty string means no value.
struct EpisodeColumn {
  std::string_view name;
  std::string_view explanation;
  std::string (*text)(const EpisodeEnded&);
};

std::span<const EpisodeColumn> EpisodeColumns();

}  // namespace arcadeq
