#pragma once

#include <cstddef>
#include <cstdint>

#include "config/config.h"
#include "nn/network.h"
#include "replay/replay_memory.h"

namespace arcadeq {

// The memory, in bytes, that a run takes in addition to its environments and to the experience that
// its agent keeps.
class RunMemory {
 public:
  RunMemory(const Config& config, const Network& network);

  // Two sets of parameters, a gradient and an optimiser's two moments: the most that an agent
  // takes.
  std::int64_t learner() const { return 5 * parameters_; }
  // The copy of the learner for the checkpoint in progress, and a file of it in memory.
  std::int64_t checkpoints() const { return 7 * parameters_; }
  // The minimum for the queue of pictures, and the pictures of a GIF being written.
  std::int64_t videos() const;
  // Everything that is allocated once training begins, with a margin for threads, the allocator and
  // output files.
  ReservedMemory Later() const;

  // Call before making the learner. Throws UserError, with the numbers, if `available` does not
  // suffice for it and for Later().
  void CheckFits(std::int64_t available) const;

  // The maximum size of the queue of pictures: half of what the rest leaves, within bounds.
  std::size_t VideoQueueBytes(std::int64_t agents_bytes_to_come, std::int64_t available) const;

 private:
  RecordConfig record_;
  std::int64_t parameters_;
};

}  // namespace arcadeq
