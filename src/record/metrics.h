#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "record/event.h"

namespace arcadeq {

// What a metric is drawn over.
enum class Axis { kEpisode, kStep };

// A TensorBoard scalar: its tag, its explanation (shown by TensorBoard and docs/metrics.md), and
// the function that computes its value; NaN means no value. If the tag has an asterisk, there is a
// scalar for each named value, and the name replaces the asterisk.
struct Metric {
  template <typename Source>
  using Of = double (*)(const Source&);
  template <typename Source>
  using EachOf = std::span<const NamedValue> (*)(const Source&);

  std::string_view tag;
  Axis axis;
  std::string_view explanation;
  std::variant<Of<EpisodeEnded>, Of<Progress>, Of<Evaluated>, Of<Diagnosis>, EachOf<EpisodeEnded>,
               EachOf<Progress>, EachOf<Evaluated>, EachOf<Diagnosis>>
      value;
};

// The tag of the scalar for a named value.
std::string TagOf(const Metric& metric, std::string_view name);

std::span<const Metric> Metrics();

// A column of episodes.csv; an empty string means no value.
struct EpisodeColumn {
  std::string_view name;
  std::string_view explanation;
  std::string (*text)(const EpisodeEnded&);
};

std::span<const EpisodeColumn> EpisodeColumns();

}  // namespace arcadeq
