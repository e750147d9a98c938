#include "train/run_counters.h"

#include <string>
#include <tuple>

#include <fmt/format.h>

#include "base/state.h"
#include "checkpoint/checkpoint_reader.h"
#include "config/config.h"
#include "train/run_snapshot.h"

namespace arcadeq {

RunCounters ReadCounters(const CheckpointReader& checkpoint) {
  StateReader state = ReadTrainerState(checkpoint);
  RunCounters counters;
  state.Group("run", [&] {
    state.Count("steps", counters.steps);
    state.Count("frames", counters.frames);
    state.Count("episodes", counters.episodes);
    state.Count("updates", counters.updates);
  });
  StateReader record = ReadRecordState(checkpoint);
  record.Value("seconds", counters.seconds);
  return counters;
}

std::string LimitReached(const TrainConfig& limits, const RunCounters& counters) {
  for (const auto& [limit, count, what] : {std::tuple{limits.steps, counters.steps, "steps"},
                                           {limits.frames, counters.frames, "frames"},
                                           {limits.episodes, counters.episodes, "episodes"}}) {
    if (limit > 0 && count >= limit) return fmt::format("{} {} done", count, what);
  }
  return "";
}

}  // namespace arcadeq
