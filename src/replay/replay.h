#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay_config.h"
#include "replay/sampler.h"
#include "replay/saved_replay.h"
#include "replay/step.h"
#include "replay/store.h"
#include "replay/transition.h"

namespace arcadeq {

// Replay memory (Lin 1992; Mnih et al. 2015): a store of transitions and a sampler that draws from
// it. Not thread-safe except where noted.
class Replay {
 public:
  // See ReplayStore, and config.sampler.
  Replay(const FrameFormat& format, int stack, const ReplayConfig& config,
         const TransitionRule& rule, int envs);

  // The memory that it has taken so far, of ReplayBytes() in all: the segments and the sampler's.
  std::int64_t bytes() const;
  // See ReplayStore.
  void Reserve(std::int64_t bytes) { store_.Reserve(bytes); }

  // See ReplayStore. May be called concurrently for different environments, in any order.
  void BeginEpisode(int env, std::span<const std::uint8_t> frame) {
    store_.BeginEpisode(env, frame);
  }
  void Append(int env, const Step& step, std::span<const std::uint8_t> next_frame) {
    store_.Append(env, step, next_frame);
  }
  const ReplayStore& store() const { return store_; }

  bool CanSample() const { return store_.transitions() > 0; }
  // Draws and reads a batch: Draw(), then store().Read(). Requires CanSample().
  void Sample(RandomStream& random, ThreadPool& pool, Batch& batch) {
    Draw(random, batch);
    store_.Read(pool, batch);
  }
  // Draws only ids and weights. A later Append() may evict the transitions.
  void Draw(RandomStream& random, Batch& batch);
  // Passes the absolute TD errors of transitions to the sampler; some may have been evicted.
  void UpdatePriorities(std::span<const TransitionId> ids, std::span<const float> priorities);

  // See ReplayStore. If Restore() throws, the replay is unusable.
  SavedReplay Save() const;
  void Restore(std::string_view state, int actions, const ReplayStore::ReadSegment& read);

 private:
  // Informs the sampler of the transitions that the store gained and lost since the last call.
  // Deferred until the sampler is used, so that the order in which environments append does not
  // matter.
  void TellSampler();

  ReplayStore store_;
  std::unique_ptr<Sampler> sampler_;
  std::vector<StepRange> told_;  // by environment: the transitions known to the sampler
};

}  // namespace arcadeq
