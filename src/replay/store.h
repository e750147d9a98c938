#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/frame_stack.h"
#include "replay/history.h"
#include "replay/replay_config.h"
#include "replay/saved_replay.h"
#include "replay/segment.h"
#include "replay/step.h"
#include "replay/transition.h"

namespace arcadeq {

// The most recent frames of several environments, each stored once, the steps between them, and the
// transitions that they form. The last frame of an episode is stored, too, although no action was
// taken on it: a truncated episode bootstraps from it. Memory grows a segment at a time as the
// store fills; nothing is allocated in between. Not thread-safe except where noted.
class ReplayStore {
 public:
  // stack in [1, kMaxStack], envs >= 1. The capacity is split evenly among the environments; each
  // share must be at least stack + rule.n_step. Ignores the config's sampler.
  ReplayStore(const FrameFormat& format, int stack, const ReplayConfig& config,
              const TransitionRule& rule, int envs);

  // Sets how much memory to leave free for others while the store grows, also after Restore(). The
  // default is 16 MB.
  void Reserve(std::int64_t bytes);

  // Starts an episode of an environment with its first frame, whether or not the previous one
  // ended. This and Append() may be called concurrently for different environments.
  void BeginEpisode(int env, std::span<const std::uint8_t> frame);
  // Adds the step taken on the environment's newest frame and the frame it led to. After a step
  // that is done(), call BeginEpisode() first. Both throw UserError if memory runs out.
  void Append(int env, const Step& step, std::span<const std::uint8_t> next_frame);

  int envs() const { return static_cast<int>(histories_.size()); }
  std::int64_t capacity() const { return capacity_; }
  std::int64_t capacity(int env) const;  // the environment's share
  std::int64_t frames() const;           // stored now, at most the capacity
  std::int64_t frames(int env) const;    // of the environment
  // The memory used by the segments.
  std::int64_t bytes() const;

  // The complete transitions of an environment: those with all frames and, as required by the
  // transition rule, all steps up to their end.
  StepRange transitions(int env) const;
  std::int64_t transitions() const;  // their number, over all environments

  // Allocates a batch with the memory that Read() needs.
  Batch MakeBatch(int size) const;
  // Reads the transitions named by batch.id, all of which must be complete. `pool` decodes their
  // frames into the batch's own memory, which grows if necessary.
  void Read(ThreadPool& pool, Batch& batch) const;
  // Sets `stack`, which has this store's format and depth, to that of the environment's newest
  // frame.
  void ReadNewestStack(int env, FrameStack& stack) const;

  // The state for a checkpoint. The segments' bytes never change, whatever happens to the store,
  // and any thread may read them; the appending thread must release them, after they have been
  // read.
  SavedReplay Save() const;
  // Restores a saved state into a store constructed with the same arguments: it continues in the
  // same way, with the same ids. `read` fills the span it is given with the bytes of a segment, or
  // throws. Throws UserError, and changes nothing, if saved data are damaged or belong to another
  // store, or if an action is not below `actions`.
  using ReadSegment =
      std::function<void(int env, std::int64_t number, std::span<std::uint8_t> bytes)>;
  void Restore(std::string_view state, int actions, const ReadSegment& read);

 private:
  std::vector<History> EmptyHistories(int envs) const;
  // The number of frames that a transition takes in a batch, for both stacks.
  std::size_t FramesPerTransition() const;
  std::size_t ShardBytes() const;  // memory into which a shard of a batch decodes
  // Reads transition i except for its frames.
  History::Transition ReadSteps(std::size_t i, Batch& batch) const;
  // Decodes the frames of transition i, which end before frames_end, and sets its stacks. Returns
  // false if a frame is damaged.
  bool ReadFrames(const History::Transition& transition, std::uint8_t* frames_end, std::size_t i,
                  Batch& batch) const;
  std::string Kind() const;

  SegmentFormat segment_;
  FrameFormat frame_;
  int stack_;
  std::int64_t capacity_;
  TransitionRule rule_;
  std::int64_t reserved_bytes_ = 16'000'000;
  std::vector<History> histories_;  // by environment
};

}  // namespace arcadeq
