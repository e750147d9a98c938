#include "replay/history.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/aligned_buffer.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/memory.h"
#include "replay/replay_memory.h"
#include "replay/segment.h"
#include "replay/step.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

std::int64_t CheckedCapacity(std::int64_t capacity, int stack, int n_step) {
  if (stack < 1 || stack > kMaxStack) throw std::invalid_argument("History: invalid stack");
  if (n_step < 1) throw std::invalid_argument("History: invalid n_step");
  if (capacity < stack + n_step) throw std::invalid_argument("History: capacity too small");
  return capacity;
}

}  // namespace

History::History(const SegmentFormat& format, int env, int stack, std::int64_t capacity,
                 const TransitionRule& rule)
    : format_(format),
      env_(env),
      stack_(stack),
      capacity_(CheckedCapacity(capacity, stack, rule.n_step)),
      rule_(rule),
      open_(format),
      encoder_(format.codec) {
  segments_.reserve(static_cast<std::size_t>(capacity / format.frames + 2));
  open_.Clear(env, 0, 0);
}

void History::Append(std::span<const std::uint8_t> frame, const Step* step) {
  assert(step == nullptr || !done_);
  age_ = step == nullptr ? 0 : std::min(age_ + 1, kMaxStack);
  done_ = step != nullptr && step->end.done();
  open_.Append(encoder_, frame, age_, step);
  ++end_;
  if (step != nullptr) ++end_step_;
  const bool open_ended = step != nullptr && !rule_.EndsTransition(step->end);
  end_transition_ =
      open_ended ? std::max(end_transition_, end_step_ - (rule_.n_step - 1)) : end_step_;
  Forget();
  if (open_.full()) Seal();
}

void History::Forget() {
  while (first_transition_ < end_step_ && !HasStack(StepAt(first_transition_))) ++first_transition_;
  if (segments_.empty() || (first_segment() + 1) * format_.frames > oldest()) return;
  Segment& forgotten = segments_.front();
  if (forgotten.room() == format_.max_bytes() && !forgotten.shared()) {
    spare_ = std::move(forgotten);
  }
  segments_.erase(segments_.begin());
}

void History::Seal() {
  // A full replay needs memory for frames that compress less well than those that they replace.
  const auto next_bytes = static_cast<std::int64_t>(open_.bytes().size());
  const bool grows = end_ <= capacity_ || segments_.empty() ||
                     next_bytes > static_cast<std::int64_t>(segments_.front().room());
  if (grows) {
    CheckMemoryLeft(frames(), bytes(), next_bytes, reserved_bytes_, AvailableMemoryBytes());
  }
  const std::int64_t next = open_.number() + 1;
  if (open_.bytes().size() < open_.room()) {
    segments_.push_back(open_.Copy());
  } else {
    Segment empty = spare_ ? std::move(*spare_) : Segment(format_);
    spare_.reset();
    segments_.push_back(std::exchange(open_, std::move(empty)));
  }
  segments_.back().Seal();
  open_.Clear(env_, next, end_step_);
}

std::int64_t History::bytes() const {
  std::size_t sum = open_.bytes().size() + (spare_ ? spare_->room() : 0);
  for (const Segment& segment : segments_) sum += segment.room();
  return static_cast<std::int64_t>(sum);
}

bool History::HasStack(const StoredStep& step) const {
  return step.frame - 1 - Depth(step.age - 1) >= oldest();
}

History::Transition History::transition(std::int64_t number) const {
  const Segment* segment = &SegmentOfStep(number);
  const StoredStep first = StepAt(*segment, number);
  StoredStep last = first;
  double reward = first.step.reward, discount = rule_.gamma;
  for (int n = 1; n < rule_.n_step && !rule_.EndsTransition(last.step.end); ++n) {
    if (++number == end_step_) break;
    if (number == segment->first_step() + segment->steps()) segment = &SegmentOfStep(number);
    const StoredStep next = StepAt(*segment, number);
    if (next.age == 1) break;  // the previous episode was abandoned
    reward += discount * next.step.reward;
    discount *= rule_.gamma;
    last = next;
  }
  if (rule_.EndsReturn(last.step.end)) discount = 0;
  return {first.step.action,
          static_cast<float>(reward),
          static_cast<float>(discount),
          first.frame - 1,
          last.frame,
          first.age - 1,
          last.age};
}

std::int64_t History::FindEndTransition() const {
  if (newest_age() == 0) return end_step_;
  const std::int64_t stored = segments_.empty() ? open_.first_step() : segments_[0].first_step();
  const std::int64_t end = std::max(end_step_ - (rule_.n_step - 1), stored);
  for (std::int64_t number = end_step_ - 1; number >= end; --number) {
    const StoredStep last = StepAt(number);
    if (rule_.EndsTransition(last.step.end)) return number + 1;
    if (last.age == 1) return number;
  }
  return end;
}

History::StoredStep History::StepAt(const Segment& segment, std::int64_t number) const {
  const auto k = static_cast<int>(number - segment.first_step());
  const int frame = segment.FrameOfStep(k);
  return {segment.step(k), segment.number() * format_.frames + frame, segment.age(frame)};
}

const Segment& History::SegmentOfStep(std::int64_t number) const {
  if (number >= open_.first_step()) return open_;
  // The last segment that begins at or before this step; segments without a step precede it.
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), number,
      [](std::int64_t n, const Segment& candidate) { return n < candidate.first_step(); });
  return *std::prev(after);
}

const Segment& History::SegmentOfFrame(std::int64_t frame) const {
  const std::int64_t k = frame / format_.frames - first_segment();
  return k < static_cast<std::int64_t>(segments_.size()) ? segments_[static_cast<std::size_t>(k)]
                                                         : open_;
}

bool History::Decode(std::int64_t first, int count, std::uint8_t* out) const {
  const std::int64_t lead = first % format_.codec.key_interval();
  const std::size_t stride = format_.codec.stride();
  std::uint8_t* frame = out - static_cast<std::size_t>(lead) * stride;
  for (std::int64_t i = first - lead; i < first + count; ++i, frame += stride) {
    if (!SegmentOfFrame(i).Decode(static_cast<int>(i % format_.frames), frame)) return false;
  }
  return true;
}

void History::Restore(std::int64_t number, bool sealed, std::size_t size, int actions,
                      const Read& read) {
  constexpr std::int64_t kMaxNumber = std::int64_t{1} << 40;
  const bool in_order = end_ == 0 ? number >= 0 && number < kMaxNumber
                                  : number == open_.number() && open_.frames() == 0;
  if (!in_order || size < format_.index_bytes() || size > format_.max_bytes()) {
    ThrowUserError("the replay's segment list is damaged");
  }
  if (sealed) {
    segments_.emplace_back(format_, size);
  }
  Segment& segment = sealed ? segments_.back() : open_;
  const Segment* const previous =
      end_ == 0 ? nullptr : &segments_[segments_.size() - (sealed ? 2 : 1)];
  read(segment.Refill(size));
  segment.Check({env_, number, previous, sealed, actions});
  end_ = number * format_.frames + segment.frames();
  end_step_ = segment.first_step() + segment.steps();
  age_ = segment.age(segment.frames() - 1);
  done_ = age_ > 0 && segment.step(segment.steps() - 1).end.done();
  if (sealed) open_.Clear(env_, number + 1, end_step_);
}

void History::EndRestore() {
  if (end_ == 0) return;
  if (first_segment() != oldest() / format_.frames) {
    ThrowUserError("the replay's segment list is damaged");
  }
  first_transition_ = segments_.empty() ? open_.first_step() : segments_.front().first_step();
  end_transition_ = FindEndTransition();
  Forget();
  const auto lead = static_cast<std::size_t>(format_.codec.key_interval() - 1);
  AlignedBuffer<std::uint8_t> decoded((lead + 1) * format_.codec.stride());
  std::uint8_t* const newest = decoded.data() + lead * format_.codec.stride();
  Decode(end_ - 1, 1, newest);
  encoder_.Resume(newest);
}

}  // namespace arcadeq
