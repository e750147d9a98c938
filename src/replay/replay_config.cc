#include "replay/replay_config.h"

#include "base/settings.h"

namespace arcadeq {

void ReplayConfig::Declare(Settings& settings) {
  settings.Add("replay.capacity", &capacity, kMinCapacity, kMaxCapacity,
               "Number of frames in the replay memory");
  settings.Add(
      "replay.compression", &compression, {"lz4", "none"},
      "Compression of pixel frames in the replay, usually to a tenth of their size or less with "
      "lz4; does not affect learning");
  settings.Add("replay.n_step", &n_step, 1, 100, "Number of steps in n-step returns");
  sampler.Declare(settings, "replay.sampler", "How to draw the transitions of a batch");
}

}  // namespace arcadeq
