#pragma once

#include <cstddef>
#include <cstdint>

#include "base/frame.h"
#include "nn/network.h"
#include "train/config.h"

namespace arcadeq {

// The memory that a run of these settings takes after its environments have been made, in bytes.
class RunMemory {
 public:
  RunMemory(const Config& config, const QNetwork& network);

  // Both networks' parameters, the gradient and the optimiser's two means.
  std::int64_t learner() const { return 5 * parameters_; }
  // A copy of what the learner holds for the checkpoint that is being written, and a file of it
  // that is being made or read.
  std::int64_t checkpoints() const { return 7 * parameters_; }
  // The least that pictures on their way into videos need, and the pictures of a GIF at its size.
  std::int64_t videos() const;
  // All that is taken once training has begun, but for the replay: with a little for threads, the
  // allocator, and what is written.
  std::int64_t later() const;

  // Throws UserError, with the numbers, if `available` does not do for the replay, for what is
  // taken later and for `now`.
  void Check(const FrameFormat& frame, std::int64_t now, std::int64_t available) const;

  // How long the queue of pictures may become: half of what the rest leaves, within bounds. The
  // replay has taken `replay_bytes` already.
  std::size_t VideoQueueBytes(const FrameFormat& frame, std::int64_t replay_bytes,
                              std::int64_t available) const;

 private:
  Config config_;
  std::int64_t parameters_;
};

}  // namespace arcadeq
