#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "base/settings.h"
#include "replay/frame_ring.h"

namespace arcadeq {

struct ReplayConfig {
  static constexpr std::int64_t kMinCapacity = 16;  // room for the deepest stack
  static constexpr std::int64_t kMaxCapacity = 100'000'000;

  std::int64_t capacity = 200'000;  // frames

  void Declare(Settings& settings);  // replay.capacity
};

// How a step ended; see StepResult.
struct StepEnd {
  bool terminated = false;
  bool truncated = false;
  bool life_lost = false;
};

// A batch of transitions (s_tm1, a_tm1, r_t, s_t), names as in dqn_zoo. The stacks are views into
// the replay: valid until it is next appended to. Made once and filled again for every update.
struct Batch {
  explicit Batch(int size);

  int size() const { return static_cast<int>(a_tm1.size()); }

  std::vector<StackView> s_tm1;
  std::vector<std::int32_t> a_tm1;
  std::vector<float> r_t;
  std::vector<StepEnd> end_t;
  std::vector<StackView> s_t;
};

// Replay memory (Lin 1992; Mnih et al. 2015) over a ring of frames. Frame i comes with the action
// taken on it and what followed; the frame after it is the next state's newest. The last frame of
// an episode is stored too, without an action: a truncated episode bootstraps from it. Everything
// is allocated at construction. Not thread-safe.
class Replay {
 public:
  Replay(const FrameFormat& format, int stack, std::int64_t capacity);

  // Begins an episode (whether or not the one before was ended) with its first frame.
  void BeginEpisode(std::span<const std::uint8_t> frame);
  // The action taken on the newest frame, its reward, how the step ended, and the frame it led to.
  // After a step that terminated or was truncated, BeginEpisode() comes first.
  void Append(std::int32_t action, float reward, StepEnd end,
              std::span<const std::uint8_t> next_frame);

  // The newest frame's stack: what the agent acts on.
  StackView NewestStack() const { return frames_.Stack(frames_.end() - 1); }

  std::int64_t frames() const { return frames_.size(); }  // stored now, at most the capacity
  std::int64_t capacity() const { return frames_.capacity(); }
  // How many transitions can be drawn: those stored whole, with an action, a next frame, and all
  // of the stack that ends in them.
  std::int64_t transitions() const { return end_ - oldest_; }
  bool CanSample() const { return transitions() > 0; }

  // Fills `batch` with transitions drawn uniformly, with replacement, from all that can be drawn.
  // CanSample() must hold.
  void Sample(RandomStream& random, Batch& batch) const;

  // The memory that a replay takes, in bytes, all included, without making one.
  static std::int64_t BytesNeeded(const FrameFormat& format, std::int64_t capacity);

 private:
  struct Transition {
    std::int64_t frame;  // the number of the newest frame of s_tm1
    std::int32_t action;
    float reward;
    StepEnd end;
  };

  const Transition& At(std::int64_t t) const {
    return transitions_[static_cast<std::size_t>(t % capacity())];
  }
  void AppendFrame(std::span<const std::uint8_t> frame, bool first);

  FrameRing frames_;
  // Numbered by the order they came in, as frames are; there are always fewer of them. Those from
  // oldest_ to end_ are whole and the ones before are not, since frames are lost in that order too:
  // a draw is one number, and nothing has to be rejected.
  AlignedBuffer<Transition> transitions_;
  std::int64_t oldest_ = 0;
  std::int64_t end_ = 0;
  bool in_episode_ = false;
};

// Refuses, with a UserError that has both numbers and the capacity that would fit, a replay that
// would take more than the memory that is available (less a reserve for the rest of the program).
void CheckReplayFits(const FrameFormat& format, std::int64_t capacity,
                     std::int64_t available_bytes);

}  // namespace arcadeq
