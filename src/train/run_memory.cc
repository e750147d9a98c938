#include "train/run_memory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "base/error.h"
#include "base/quantity_text.h"
#include "config/config.h"
#include "nn/network.h"
#include "record/recorder.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kSlackBytes = 32'000'000;
// Holds a second of a game. A full queue drops pictures and reports it.
constexpr std::int64_t kMinQueueBytes = 4'000'000;

}  // namespace

RunMemory::RunMemory(const Config& config, const Network& network)
    : record_(config.record), parameters_(static_cast<std::int64_t>(network.parameters_bytes())) {}

std::int64_t RunMemory::videos() const {
  if (record_.gif_every_episodes == 0) return 0;
  // A GifWriter holds three pictures and encodes a fourth.
  return kMinQueueBytes + 4 * record_.gif_height * record_.gif_width;
}

ReservedMemory RunMemory::Later() const {
  return {checkpoints() + videos() + kSlackBytes,
          fmt::format("the rest of the run (checkpoints {}, videos {}, other {})",
                      FormatBytes(checkpoints()), FormatBytes(videos()), FormatBytes(kSlackBytes))};
}

void RunMemory::CheckFits(std::int64_t available) const {
  const ReservedMemory later = Later();
  if (learner() + later.bytes <= available) return;
  ThrowUserError(
      "the network takes {} and {} {}, but {} of memory is available; make network.hidden smaller",
      FormatBytes(learner()), later.uses, FormatBytes(later.bytes), FormatBytes(available));
}

std::size_t RunMemory::VideoQueueBytes(std::int64_t agents_bytes_to_come,
                                       std::int64_t available) const {
  const std::int64_t left = available - agents_bytes_to_come - Later().bytes;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(
      left / 2, kMinQueueBytes, static_cast<std::int64_t>(Recorder::kQueueBytes)));
}

}  // namespace arcadeq
