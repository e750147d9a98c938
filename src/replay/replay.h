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

  // See ReplayStore. May be called for different environments at once; in which order they are
  // changes nothing.
  void BeginEpisode(int env, std::span<const std::uint8_t> frame) {
    store_.BeginEpisode(env, frame);
  }
  void Append(int env, const Step& step, std::span<const std::uint8_t> next_frame) {
    store_.Append(env, step, next_frame);
  }
  const ReplayStore& store() const { return store_; }

  bool CanSample() const { return store_.transitions() > 0; }
  // Fills `batch` with transitions that the sampler draws: Draw(), then store().Read(). CanSample()
  // must hold.
  void Sample(RandomStream& random, ThreadPool& pool, Batch& batch) {
    Draw(random, batch);
    store_.Read(pool, batch);
  }
  // Draws ids and weights only. Appending afterwards may evict what they name.
  void Draw(RandomStream& random, Batch& batch);
  // Tells the sampler the absolute TD errors of some transitions, which may be gone by now.
  void UpdatePriorities(std::span<const TransitionId> ids, std::span<const float> priorities);

  // As those of ReplayStore; but a replay that Restore() has thrown on is of no use afterwards.
  SavedReplay Save() const;
  void Restore(std::string_view state, int actions, const ReplayStore::ReadSegment& read);

 private:
  // Tells the sampler which transitions the store has gained and lost since the last time. Doing so
  // before the sampler is used, rather than whenever the store changes, keeps what it is told in an
  // order of its own, and costs appending nothing.
  void TellSampler();

  ReplayStore store_;
  std::unique_ptr<Sampler> sampler_;
  std::vector<StepRange> told_;  // by environment: the transitions that the sampler knows of
};

}  // namespace arcadeq
