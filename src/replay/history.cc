#include "replay/history.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

#include "base/error.h"
#include "base/memory.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

std::int64_t CheckedCapacity(int stack, std::int64_t capacity) {
  if (stack < 1 || stack > kMaxStack) throw std::invalid_argument("History: bad stack");
  if (capacity < stack + 1) throw std::invalid_argument("History: capacity below stack + 1");
  return capacity;
}

}  // namespace

History::History(const SegmentFormat& format, int env, int stack, std::int64_t capacity)
    : format_(format),
      env_(env),
      stack_(stack),
      capacity_(CheckedCapacity(stack, capacity)),
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
  Forget();
  if (open_.full()) Seal();
}

void History::Forget() {
  while (oldest_step_ < end_step_ && !HasStacks(StepAt(oldest_step_))) ++oldest_step_;
  if (segments_.empty() || (first_segment() + 1) * format_.frames > oldest()) return;
  Segment& forgotten = segments_.front();
  if (forgotten.room() == format_.max_bytes() && !forgotten.shared()) {
    spare_ = std::move(forgotten);
  }
  segments_.erase(segments_.begin());
}

void History::Seal() {
  if (end_ <= capacity_) {
    const auto next_bytes = static_cast<std::int64_t>(open_.bytes().size());
    CheckMemoryLeft(frames(), bytes(), next_bytes, reserved_bytes_, AvailableMemoryBytes());
  }
  const std::int64_t next = open_.number() + 1;
  if (open_.bytes().size() < open_.room()) {
    segments_.push_back(open_.Copy());
  } else {
    Segment empty = spare_ ? *std::exchange(spare_, std::nullopt) : Segment(format_);
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

bool History::HasStacks(const Transition& transition) const {
  return transition.next_frame - 1 - Depth(transition.age - 1) >= oldest();
}

History::Transition History::StepAt(std::int64_t number) const {
  const Segment* segment = &open_;
  if (number < open_.first_step()) {
    // The last that begins with this step or an earlier one; those without a step come before it.
    const auto after = std::upper_bound(
        segments_.begin(), segments_.end(), number,
        [](std::int64_t n, const Segment& candidate) { return n < candidate.first_step(); });
    segment = &*std::prev(after);
  }
  const auto k = static_cast<int>(number - segment->first_step());
  const int frame = segment->FrameOfStep(k);
  return {segment->step(k), segment->number() * format_.frames + frame, segment->age(frame)};
}

const Segment& History::SegmentOf(std::int64_t frame) const {
  const std::int64_t k = frame / format_.frames - first_segment();
  return k < static_cast<std::int64_t>(segments_.size()) ? segments_[static_cast<std::size_t>(k)]
                                                         : open_;
}

bool History::Decode(std::int64_t first, int count, std::uint8_t* out) const {
  const std::int64_t lead = first % format_.codec.key_interval();
  const std::size_t stride = format_.codec.stride();
  std::uint8_t* frame = out - static_cast<std::size_t>(lead) * stride;
  for (std::int64_t i = first - lead; i < first + count; ++i, frame += stride) {
    if (!SegmentOf(i).Decode(static_cast<int>(i % format_.frames), frame)) return false;
  }
  return true;
}

void History::Restore(std::int64_t number, bool sealed, std::size_t size, int actions,
                      const Read& read) {
  constexpr std::int64_t kMaxNumber = std::int64_t{1} << 40;
  const bool in_order = end_ == 0 ? number >= 0 && number < kMaxNumber
                                  : number == open_.number() && open_.frames() == 0;
  if (!in_order || size < format_.index_bytes() || size > format_.max_bytes()) {
    ThrowUserError("the replay's list of segments is damaged");
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
    ThrowUserError("the replay's list of segments is damaged");
  }
  oldest_step_ = segments_.empty() ? open_.first_step() : segments_.front().first_step();
  Forget();
  const auto lead = static_cast<std::size_t>(format_.codec.key_interval() - 1);
  AlignedBuffer<std::uint8_t> decoded((lead + 1) * format_.codec.stride());
  std::uint8_t* const newest = decoded.data() + lead * format_.codec.stride();
  Decode(end_ - 1, 1, newest);
  encoder_.Resume(newest);
}

}  // namespace arcadeq
