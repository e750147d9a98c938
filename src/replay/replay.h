#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay_config.h"
#include "replay/sampler.h"
#include "replay/saved_replay.h"
#include "replay/store.h"

namespace arcadeq {

// Replay memory (Lin 1992; Mnih et al. 2015): a store of transitions and the sampler that draws
// from it. Not thread-safe but where said.
class Replay {
 public:
  // See ReplayStore, and config.sampler.
  Replay(const FrameFormat& format, int stack, const ReplayConfig& config,
         const TransitionRule& rule, int envs);

  // Memory that is to stay free, for others, while this replay grows. 16 MB if nothing is said.
  void Reserve(std::int64_t bytes) { store_.Reserve(bytes); }

  // See ReplayStore. May be called for different environments at once, in any order.
  void BeginEpisode(int env, std::span<const std::uint8_t> frame) {
    store_.BeginEpisode(env, frame);
  }
  void Append(int env, const Step& step, std::span<const std::uint8_t> next_frame) {
    store_.Append(env, step, next_frame);
  }
  const ReplayStore& store() const { return store_; }

  bool CanSample() const { return store_.transitions() > 0; }
  // Draws a batch and reads it: Draw(), then store().Read(). CanSample() must hold.
  void Sample(RandomStream& random, ThreadPool& pool, Batch& batch) {
    Draw(random, batch);
    store_.Read(pool, batch);
  }
  // Draws ids and weights only. A later Append() may evict what they name.
  void Draw(RandomStream& random, Batch& batch);
  // Gives the sampler the absolute TD errors of transitions, some of which may be gone by now.
  void UpdatePriorities(std::span<const TransitionId> ids, std::span<const float> priorities);

  // See ReplayStore. A replay whose Restore() throws is unusable.
  SavedReplay Save() const;
  void Restore(std::string_view state, int actions, const ReplayStore::ReadSegment& read);

 private:
  // Tells the sampler which transitions the store has gained and lost since the last time. Deferred
  // until the sampler is used, so that the order in which environments append changes nothing.
  void TellSampler();

  ReplayStore store_;
  std::unique_ptr<Sampler> sampler_;
  std::vector<StepRange> told_;  // by environment: the transitions that the sampler knows of
};

}  // namespace arcadeq
