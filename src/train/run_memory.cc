#include "train/run_memory.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/memory.h"
#include "record/recorder.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kSlackBytes = 32'000'000;
// A second of a game on its way: a queue that is full drops pictures, and says so.
constexpr std::int64_t kLeastQueueBytes = 4'000'000;

}  // namespace

RunMemory::RunMemory(const Config& config, const QNetwork& network)
    : config_(config),
      parameters_(static_cast<std::int64_t>(network.buffer_size() * sizeof(float))) {}

std::int64_t RunMemory::videos() const {
  if (config_.record.gif_every_episodes == 0) return 0;
  // A GifWriter holds three pictures, and a fourth as it is coded.
  return kLeastQueueBytes + 4 * config_.record.gif_height * config_.record.gif_width;
}

std::int64_t RunMemory::later() const {
  return checkpoints() + videos() + kSlackBytes;
}

void RunMemory::Check(const FrameFormat& frame, std::int64_t now, std::int64_t available) const {
  const std::string uses = fmt::format(
      "the rest of the run (network {}, checkpoints {}, videos {}, other {})", FormatBytes(now),
      FormatBytes(checkpoints()), FormatBytes(videos()), FormatBytes(kSlackBytes));
  CheckReplayFits(frame, config_.replay, static_cast<int>(config_.train.envs),
                  {now + later(), uses}, available);
}

std::size_t RunMemory::VideoQueueBytes(const FrameFormat& frame, std::int64_t replay_bytes,
                                       std::int64_t available) const {
  const std::int64_t full =
      ReplayBytes(frame, config_.replay, static_cast<int>(config_.train.envs));
  const std::int64_t growth = std::max<std::int64_t>(full - replay_bytes, 0);
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>((available - growth - later()) / 2, kLeastQueueBytes,
                               static_cast<std::int64_t>(Recorder::kQueueBytes)));
}

}  // namespace arcadeq
