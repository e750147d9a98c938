#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/frame_stack.h"
#include "replay/history.h"
#include "replay/replay_config.h"
#include "replay/saved_replay.h"

namespace arcadeq {

// The last frames of some environments, each stored once, with the steps between them, and the
// transitions that they form. The last frame of an episode is stored too, though no action was
// taken on it: a truncated episode bootstraps from it. Memory is taken as the store fills, a
// segment at a time; nothing is allocated in between. Not thread-safe but where said.
class ReplayStore {
 public:
  // stack in [1, kMaxStack], envs >= 1. The capacity is shared evenly; each environment's part must
  // be at least stack + rule.n_step. The config's sampler is not used.
  ReplayStore(const FrameFormat& format, int stack, const ReplayConfig& config,
              const TransitionRule& rule, int envs);

  // Memory that is to stay free, for others, while this store grows. 16 MB if nothing is said.
  void Reserve(std::int64_t bytes) {
    for (History& history : histories_) history.Reserve(bytes);
  }

  // Begins an episode of an environment (whether or not the one before was ended) with its first
  // frame. This and Append() may be called for different environments at once.
  void BeginEpisode(int env, std::span<const std::uint8_t> frame);
  // The action taken on the environment's newest frame, its reward, how the step ended, and the
  // frame it led to. After a step that is done(), BeginEpisode() comes first. Both throw UserError
  // if memory runs out.
  void Append(int env, const Step& step, std::span<const std::uint8_t> next_frame);

  int envs() const { return static_cast<int>(histories_.size()); }
  std::int64_t capacity() const { return capacity_; }
  std::int64_t capacity(int env) const;  // the environment's part
  std::int64_t frames() const;           // stored now, at most the capacity
  // The memory that the segments take.
  std::int64_t bytes() const;

  // The transitions of an environment that are stored whole: with their frames and, as the
  // transition rule asks, the steps up to their end.
  StepRange transitions(int env) const;
  std::int64_t transitions() const;  // how many there are, of all environments

  // A batch that has the memory which Read() needs.
  Batch MakeBatch(int size) const;
  // Fills in the transitions that batch.id names, all of them stored whole. `pool` decodes their
  // frames into the batch's own memory, which grows if it is too small.
  void Read(ThreadPool& pool, Batch& batch) const;
  // Makes `stack`, which has this store's format and stack, that of an environment's newest frame.
  void ReadNewestStack(int env, FrameStack& stack) const;

  // What a checkpoint keeps. The segments' bytes stay as they are whatever happens to the store,
  // and may be read by any thread; the one that appends must let go of them, after they were read.
  SavedReplay Save() const;
  // Makes this store, which must have been made with the same arguments, what it was when `state`
  // was saved: it continues in the same way, and the ids stay the same. `read` puts the bytes of a
  // segment where it is told, or throws. Throws UserError, and changes nothing, if anything saved
  // is damaged or of another store, or an action is not below `actions`.
  using ReadSegment =
      std::function<void(int env, std::int64_t number, std::span<std::uint8_t> bytes)>;
  void Restore(std::string_view state, int actions, const ReadSegment& read);

 private:
  std::vector<History> EmptyHistories(int envs) const;
  // Frames of a batch's memory that a transition takes: those of both stacks.
  std::size_t FramesPerTransition() const;
  std::size_t ShardBytes() const;  // that a shard of a batch decodes into
  // Fills in what the steps of transition i say.
  History::Transition ReadSteps(std::size_t i, Batch& batch) const;
  // Decodes its frames, which end before frames_end, and fills in its stacks. False if a frame is
  // damaged.
  bool ReadFrames(const History::Transition& transition, std::uint8_t* frames_end, std::size_t i,
                  Batch& batch) const;
  std::string Kind() const;

  SegmentFormat segment_;
  FrameFormat frame_;
  int stack_;
  std::int64_t capacity_;
  TransitionRule rule_;
  std::vector<History> histories_;  // by environment
};

}  // namespace arcadeq
