#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/frame_stack.h"
#include "replay/history.h"
#include "replay/replay_config.h"
#include "replay/saved_replay.h"

namespace arcadeq {

// Replay memory (Lin 1992; Mnih et al. 2015): the last frames of some environments, each stored
// once, with the steps between them. The last frame of an episode is stored too, though no action
// was taken on it: a truncated episode bootstraps from it. Memory is taken as the replay fills, a
// segment at a time; nothing is allocated in between. Not thread-safe but where said.
class Replay {
 public:
  // stack in [1, kMaxStack], envs >= 1. The capacity is shared evenly; each environment's part must
  // be at least stack + 1.
  Replay(const FrameFormat& format, int stack, const ReplayConfig& config, int envs);

  // Memory that is to stay free, for others, while this replay grows. 16 MB if nothing is said.
  void Reserve(std::int64_t bytes) {
    for (History& history : histories_) history.Reserve(bytes);
  }

  // Begins an episode of an environment (whether or not the one before was ended) with its first
  // frame. This and Append() may be called for different environments at once.
  void BeginEpisode(int env, std::span<const std::uint8_t> frame);
  // The action taken on the environment's newest frame, its reward, how the step ended, and the
  // frame it led to. After a step that is done(), BeginEpisode() comes first. Both throw UserError
  // if memory runs out.
  void Append(int env, std::int32_t action, float reward, StepEnd end,
              std::span<const std::uint8_t> next_frame);

  int envs() const { return static_cast<int>(histories_.size()); }
  const FrameFormat& format() const { return frame_; }
  std::int64_t capacity() const { return capacity_; }
  std::int64_t frames() const;  // stored now, at most the capacity
  // How many transitions can be drawn: those stored whole, with an action, a next frame, and all
  // of the stack that ends in them.
  std::int64_t transitions() const;
  bool CanSample() const { return transitions() > 0; }
  // The memory that the segments take.
  std::int64_t bytes() const;

  // A batch that has the memory which Sample() needs.
  Batch MakeBatch(int size) const;
  // Fills `batch` with transitions drawn uniformly, with replacement, from all that can be drawn,
  // in an order of environments and ages. `random` is drawn from once per transition; then `pool`
  // decodes. What the batch refers to is its own; memory is taken for it if it has too little.
  // CanSample() must hold.
  void Sample(RandomStream& random, ThreadPool& pool, Batch& batch) const;

  // What a checkpoint keeps. The segments' bytes stay as they are whatever happens to the replay,
  // and may be read by any thread; the one that appends must let go of them, after they were read.
  SavedReplay Save() const;
  // Makes this replay, which must have been made with the same arguments, what it was when `state`
  // was saved: it goes on in the same way. `read` puts the bytes of a segment where it is told, or
  // throws. Throws UserError, and changes nothing, if anything saved is damaged or of another
  // replay, or an action is not below `actions`.
  using ReadSegment =
      std::function<void(int env, std::int64_t number, std::span<std::uint8_t> bytes)>;
  void Restore(std::string_view state, int actions, const ReadSegment& read);
  // Makes `stack`, which has this replay's format and stack, that of an environment's newest frame.
  void ReadNewestStack(int env, FrameStack& stack) const;

 private:
  std::vector<History> EmptyHistories(int envs) const;
  std::size_t ShardBytes() const;  // that a shard of a batch decodes into
  void Decode(ThreadPool& pool, Batch& batch) const;
  std::string Kind() const;

  SegmentFormat segment_;
  FrameFormat frame_;
  int stack_;
  std::int64_t capacity_;
  std::vector<History> histories_;  // by environment
};

}  // namespace arcadeq
