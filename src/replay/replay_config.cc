#include "replay/replay_config.h"

namespace arcadeq {

void ReplayConfig::Declare(Settings& settings) {
  settings.Add("replay.capacity", &capacity, kMinCapacity, kMaxCapacity,
               "Frames that the replay memory keeps, each once, as bytes");
  settings.Add("replay.compression", &compression, {"lz4", "none"},
               "How the replay keeps frames of pixels: a tenth of their size or less, or as they "
               "are; what is learnt is the same");
  settings.Add("replay.n_step", &n_step, 1, 100,
               "Steps whose rewards a transition sums before it bootstraps");
  sampler.Declare(settings, "replay.sampler", "How transitions are drawn for an update");
}

}  // namespace arcadeq
