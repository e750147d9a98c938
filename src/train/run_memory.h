#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/network.h"
#include "replay/replay_memory.h"
#include "train/config.h"

namespace arcadeq {

// The memory that a run of these settings takes after its environments have been made, beside what
// its agent keeps to learn from, in bytes.
class RunMemory {
 public:
  RunMemory(const Config& config, const Network& network);

  // Two sets of parameters, a gradient and an optimiser's two means: the most that agents take.
  std::int64_t learner() const { return 5 * parameters_; }
  // A copy of what the learner holds for the checkpoint that is being written, and a file of it
  // that is being made or read.
  std::int64_t checkpoints() const { return 7 * parameters_; }
  // The least that pictures on their way into videos need, and the pictures of a GIF at its size.
  std::int64_t videos() const;
  // All that is taken once training has begun: with a little for threads, the allocator, and what
  // is written.
  ReservedMemory Later() const;

  // Before the learner is made: throws UserError, with the numbers, if `available` does not do for
  // it and for what is taken later.
  void CheckFits(std::int64_t available) const;

  // How long the queue of pictures may become: half of what the rest leaves, within bounds.
  std::size_t VideoQueueBytes(std::int64_t agents_bytes_to_come, std::int64_t available) const;

 private:
  RecordConfig record_;
  std::int64_t parameters_;
};

}  // namespace arcadeq
