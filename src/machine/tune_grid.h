#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"

namespace arcadeq {

// The settings that decide how fast a machine trains.
struct SpeedSettings {
  std::int64_t threads = 1;
  std::int64_t envs = 1;
  std::int64_t batch_size = 1;
  bool operator==(const SpeedSettings&) const = default;
};

// Those of `config`, with train.threads = 0 resolved.
SpeedSettings SpeedSettingsOf(const Config& config);

// A small grid around the settings of `config`, which come first: with one thread, half of
// `processors` and all (at most as many as are useful), with half and twice the environments, half
// and twice the minibatch, and twice both. The more telling comes first.
std::vector<SpeedSettings> TuneGrid(const Config& config, int processors);

struct TuneResult {
  SpeedSettings settings;
  std::vector<double> steps_per_second;  // of each measurement
  std::string problem;                   // why it cannot run; empty if it can
};

// Measures the settings in turn, again and again, so that a disturbance meets all of them: as many
// rounds as fit into `time`, at least one. Leaves out the last settings, but not the first two, if
// three rounds would take longer, by what the first measurement takes. `measure` returns the steps
// per second of a run that is timed for at least so long, and `now` the time. Throws UserError if
// the first settings cannot run.
using MeasureSpeed = std::function<double(const Config&, std::chrono::duration<double>)>;
using Now = std::function<std::chrono::duration<double>()>;
std::vector<TuneResult> MeasureGrid(const Config& config, std::span<const SpeedSettings> grid,
                                    std::chrono::duration<double> time, const MeasureSpeed& measure,
                                    const Now& now);

}  // namespace arcadeq
