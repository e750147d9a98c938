#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "replay/frame_codec.h"
#include "replay/segment.h"
#include "replay/step.h"
#include "replay/transition.h"

namespace arcadeq {

// The last `capacity` frames of one environment and the steps between them, in segments. Frames and
// steps are numbered from 0 in order of arrival. Frames are evicted one by one, but a segment keeps
// its memory until its last frame is evicted. Allocates only when a segment is started or sealed.
// Not thread-safe.
class History {
 public:
  // stack in [1, kMaxStack], capacity >= stack + rule.n_step.
  History(const SegmentFormat& format, int env, int stack, std::int64_t capacity,
          const TransitionRule& rule);

  // Adds the first frame of an episode, whether or not the previous one ended.
  void BeginEpisode(std::span<const std::uint8_t> frame) { Append(frame, nullptr); }
  // Adds a step and the frame that it led to. After a step that is done(), call BeginEpisode()
  // first. Both throw UserError if there is not enough memory for another segment.
  void Append(const Step& step, std::span<const std::uint8_t> frame) { Append(frame, &step); }

  // Sets how much memory to leave free when allocating segments. The default is none.
  void Reserve(std::int64_t bytes) { reserved_bytes_ = bytes; }

  std::int64_t capacity() const { return capacity_; }
  // The number of the oldest stored frame, and one past the newest.
  std::int64_t oldest() const { return end_ > capacity_ ? end_ - capacity_ : 0; }
  std::int64_t end() const { return end_; }
  std::int64_t frames() const { return end() - oldest(); }
  // The memory used by the segments.
  std::int64_t bytes() const;

  // The first steps of the available transitions: those whose stacks are completely stored and
  // whose last step is known. Steps are evicted in order of arrival, so the range has no gaps.
  // During an episode, the last steps of its newest n_step - 1 transitions are not known yet.
  StepRange transitions() const { return {first_transition_, end_transition_}; }
  struct Transition {
    std::int32_t action;
    float reward;    // r_t
    float discount;  // discount_t
    // The newest frames of s_tm1 and s_t, and their ages; see Segment::age().
    std::int64_t frame_tm1, frame_t;
    int age_tm1, age_t;
  };
  // The transition that begins with `step`, which must be in transitions().
  Transition transition(std::int64_t step) const;
  // The number of earlier frames in the stack of a frame of the given age.
  int Depth(int age) const { return std::min(age, stack_ - 1); }
  int newest_age() const { return age_; }

  // Decodes frames [first, first + count), all of them stored, to `out`, stride() bytes each; also
  // writes to up to key_interval() - 1 places before `out`. Returns false if a frame is damaged.
  bool Decode(std::int64_t first, int count, std::uint8_t* out) const;

  // Calls function(segment, sealed) for every segment, oldest first. The last may be unsealed.
  template <typename Function>
  void ForEachSegment(Function&& function) const {
    for (const Segment& segment : segments_) function(segment, true);
    if (open_.frames() > 0) function(open_, false);
  }

  // Restores an empty history, segment by segment, oldest first, followed by EndRestore(). `read`
  // fills the span it is given with the `size` bytes of the segment. Actions must be below
  // `actions`. All throw UserError if the bytes are damaged or do not fit together.
  using Read = std::function<void(std::span<std::uint8_t>)>;
  void Restore(std::int64_t number, bool sealed, std::size_t size, int actions, const Read& read);
  void EndRestore();

 private:
  void Append(std::span<const std::uint8_t> frame, const Step* step);
  void Seal();
  void Forget();
  // A step and the frame that it led to.
  struct StoredStep {
    Step step;
    std::int64_t frame;
    int age;  // age of the frame, at least 1
  };
  StoredStep StepAt(const Segment& segment, std::int64_t number) const;
  StoredStep StepAt(std::int64_t number) const { return StepAt(SegmentOfStep(number), number); }
  bool HasStack(const StoredStep& step) const;  // whether the stack before the step is stored
  std::int64_t FindEndTransition() const;       // recomputes end_transition_
  std::int64_t first_segment() const {
    return open_.number() - static_cast<std::int64_t>(segments_.size());
  }
  const Segment& SegmentOfFrame(std::int64_t frame) const;
  const Segment& SegmentOfStep(std::int64_t number) const;

  SegmentFormat format_;
  int env_;
  int stack_;
  std::int64_t capacity_;
  TransitionRule rule_;
  std::int64_t reserved_bytes_ = 0;
  std::vector<Segment> segments_;  // sealed, oldest first
  Segment open_;                   // the segment after them, never full between two calls
  std::optional<Segment> spare_;   // evicted, for reuse
  FrameEncoder encoder_;
  std::int64_t end_ = 0;
  std::int64_t first_transition_ = 0;  // the first whose stacks are completely stored
  std::int64_t end_transition_ = 0;    // one past the newest whose last step is known
  std::int64_t end_step_ = 0;
  int age_ = 0;       // age of the newest frame
  bool done_ = true;  // whether its episode is over
};

}  // namespace arcadeq
