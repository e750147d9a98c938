#include "replay/store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/frame_codec.h"
#include "replay/frame_stack.h"
#include "replay/history.h"
#include "replay/replay_config.h"
#include "replay/replay_memory.h"
#include "replay/saved_replay.h"
#include "replay/segment.h"
#include "replay/step.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

// Number of transitions per decoding shard. Their frames are consecutive in the batch, after some
// room for the frames needed only to decode the first one; those needed to decode another one are
// written over the places of the transitions before it. Transitions are therefore decoded from last
// to first.
constexpr int kShard = 8;

int Shards(const Batch& batch) {
  return (batch.size() + kShard - 1) / kShard;
}

}  // namespace

ReplayStore::ReplayStore(const FrameFormat& format, int stack, const ReplayConfig& config,
                         const TransitionRule& rule, int envs)
    : segment_{FrameCodec(format, config.compression_kind()),
               SegmentFrames(config.capacity / envs)},
      frame_(format),
      stack_(stack),
      capacity_(config.capacity),
      rule_(rule) {
  histories_ = EmptyHistories(envs);
}

std::vector<History> ReplayStore::EmptyHistories(int envs) const {
  const std::int64_t each = capacity_ / envs, more = capacity_ % envs;
  std::vector<History> histories;
  histories.reserve(static_cast<std::size_t>(envs));
  for (int env = 0; env < envs; ++env) {
    histories.emplace_back(segment_, env, stack_, each + (env < more ? 1 : 0), rule_);
    histories.back().Reserve(reserved_bytes_);
  }
  return histories;
}

void ReplayStore::Reserve(std::int64_t bytes) {
  reserved_bytes_ = bytes;
  for (History& history : histories_) history.Reserve(bytes);
}

void ReplayStore::BeginEpisode(int env, std::span<const std::uint8_t> frame) {
  histories_[static_cast<std::size_t>(env)].BeginEpisode(frame);
}

void ReplayStore::Append(int env, const Step& step, std::span<const std::uint8_t> next_frame) {
  histories_[static_cast<std::size_t>(env)].Append(step, next_frame);
}

std::int64_t ReplayStore::capacity(int env) const {
  return histories_[static_cast<std::size_t>(env)].capacity();
}

std::int64_t ReplayStore::frames() const {
  std::int64_t sum = 0;
  for (const History& history : histories_) sum += history.frames();
  return sum;
}

std::int64_t ReplayStore::frames(int env) const {
  return histories_[static_cast<std::size_t>(env)].frames();
}

std::int64_t ReplayStore::bytes() const {
  std::int64_t sum = 0;
  for (const History& history : histories_) sum += history.bytes();
  return sum;
}

StepRange ReplayStore::transitions(int env) const {
  return histories_[static_cast<std::size_t>(env)].transitions();
}

std::int64_t ReplayStore::transitions() const {
  std::int64_t sum = 0;
  for (const History& history : histories_) sum += history.transitions().size();
  return sum;
}

Batch ReplayStore::MakeBatch(int size) const {
  Batch batch(size);
  batch.frames = AlignedBuffer<std::uint8_t>(Shards(batch) * ShardBytes());
  return batch;
}

std::size_t ReplayStore::FramesPerTransition() const {
  return static_cast<std::size_t>(stack_) + std::min(rule_.n_step, stack_);
}

std::size_t ReplayStore::ShardBytes() const {
  const std::size_t lead = segment_.codec.key_interval() - 1;
  return (lead + kShard * FramesPerTransition()) * segment_.codec.stride();
}

void ReplayStore::Read(ThreadPool& pool, Batch& batch) const {
  const int shards = Shards(batch);
  const std::size_t shard_bytes = ShardBytes();
  if (batch.frames.size() < shards * shard_bytes) {
    batch.frames = AlignedBuffer<std::uint8_t>(shards * shard_bytes);
  }
  const std::size_t stride = segment_.codec.stride();
  const std::size_t lead_bytes = (segment_.codec.key_interval() - 1) * stride;
  const std::size_t transition_bytes = FramesPerTransition() * stride;
  std::atomic<bool> good = true;
  pool.Run(shards, [&](int shard) {
    std::uint8_t* const begin = batch.frames.data() + shard * shard_bytes + lead_bytes;
    const int first = shard * kShard, count = std::min(kShard, batch.size() - first);
    // Look up all steps before decoding any frame: the look-ups miss the cache, and misses overlap.
    std::array<History::Transition, kShard> transitions;
    for (int k = 0; k < count; ++k) transitions[k] = ReadSteps(first + k, batch);
    for (int k = count - 1; k >= 0; --k) {
      if (!ReadFrames(transitions[k], begin + (k + 1) * transition_bytes, first + k, batch)) {
        good.store(false, std::memory_order_relaxed);
      }
    }
  });
  // Cannot fail: restored frames have been decoded once, and all others were encoded here.
  if (!good) throw std::logic_error("ReplayStore: cannot decode a frame");
}

History::Transition ReplayStore::ReadSteps(std::size_t i, Batch& batch) const {
  const auto [env, step] = batch.id[i];
  const History& history = histories_[static_cast<std::size_t>(env)];
  assert(history.transitions().Contains(step));
  const History::Transition transition = history.transition(step);
  batch.a_tm1[i] = transition.action;
  batch.r_t[i] = transition.reward;
  batch.discount_t[i] = transition.discount;
  return transition;
}

bool ReplayStore::ReadFrames(const History::Transition& transition, std::uint8_t* frames_end,
                             std::size_t i, Batch& batch) const {
  const History& history = histories_[static_cast<std::size_t>(batch.id[i].env)];
  const auto stride = static_cast<std::ptrdiff_t>(segment_.codec.stride());
  const int before_tm1 = history.Depth(transition.age_tm1);
  const int before_t = history.Depth(transition.age_t);
  const std::int64_t first_tm1 = transition.frame_tm1 - before_tm1;
  const std::int64_t first_t = transition.frame_t - before_t;
  // One run of frames covers both stacks unless there is a gap between them.
  const bool apart = first_t > transition.frame_tm1 + 1;
  const std::int64_t distance = apart ? before_t + 1 : transition.frame_t - transition.frame_tm1;
  std::uint8_t* const newest_t = frames_end - stride;
  std::uint8_t* const newest_tm1 = newest_t - distance * stride;
  batch.s_tm1[i] =
      MakeStackView(stack_, before_tm1, [=](int k) { return newest_tm1 - k * stride; });
  batch.s_t[i] = MakeStackView(stack_, before_t, [=](int k) { return newest_t - k * stride; });
  std::uint8_t* const oldest_tm1 = newest_tm1 - before_tm1 * stride;
  if (apart) {
    return history.Decode(first_t, before_t + 1, newest_t - before_t * stride) &&
           history.Decode(first_tm1, before_tm1 + 1, oldest_tm1);
  }
  const auto count = static_cast<int>(transition.frame_t - first_tm1 + 1);
  return history.Decode(first_tm1, count, oldest_tm1);
}

std::string ReplayStore::Kind() const {
  return fmt::format("{} frames of {}x{} {}, stacks of {}, {} environments, {}, segments of {}",
                     capacity_, frame_.height, frame_.width,
                     frame_.element == ElementType::kUint8 ? "bytes" : "floats", stack_, envs(),
                     segment_.codec.compression() == Compression::kLz4 ? "lz4" : "uncompressed",
                     segment_.frames);
}

SavedReplay ReplayStore::Save() const {
  SavedReplay saved;
  StoreState state{Kind(), {}};
  for (const History& history : histories_) {
    history.ForEachSegment([&](const Segment& segment, bool sealed) {
      const Segment kept = sealed ? segment : segment.Copy();
      const SavedSegment& added = saved.segments.emplace_back(SavedSegment{
          segment.env(), segment.number(), sealed, kept.Checksum(), kept.bytes(), kept.block()});
      state.segments.push_back(
          {added.env, sealed, added.number, added.bytes.size(), added.checksum});
    });
  }
  saved.state = state.ToBytes();
  return saved;
}

void ReplayStore::Restore(std::string_view bytes, int actions, const ReadSegment& read) {
  const StoreState state = StoreState::FromBytes(bytes);
  if (state.kind != Kind()) {
    ThrowUserError("the saved replay has {}; this one has {}", state.kind, Kind());
  }
  std::vector<History> histories = EmptyHistories(envs());
  for (const StoreState::Entry& entry : state.segments) {
    if (entry.env < 0 || entry.env >= envs()) {
      ThrowUserError("the replay's segment list is damaged");
    }
    histories[entry.env].Restore(
        entry.number, entry.sealed, entry.size, actions, [&](std::span<std::uint8_t> segment) {
          read(entry.env, entry.number, segment);
          if (SegmentChecksum(segment) != entry.checksum) {
            ThrowUserError("segment {} of environment {} of the replay is damaged", entry.number,
                           entry.env);
          }
        });
  }
  for (History& history : histories) history.EndRestore();
  histories_ = std::move(histories);
}

void ReplayStore::ReadNewestStack(int env, FrameStack& stack) const {
  const History& history = histories_[env];
  const std::size_t stride = segment_.codec.stride();
  const std::size_t lead = segment_.codec.key_interval() - 1;
  const int before = history.Depth(history.newest_age());
  AlignedBuffer<std::uint8_t> decoded((lead + before + 1) * stride);
  const std::uint8_t* frame = decoded.data() + lead * stride;
  if (!history.Decode(history.end() - 1 - before, before + 1, decoded.data() + lead * stride)) {
    throw std::logic_error("ReplayStore: cannot decode a frame");
  }
  stack.Begin({frame, frame_.bytes()});
  for (int k = 0; k < before; ++k) stack.Push({frame += stride, frame_.bytes()});
}

}  // namespace arcadeq
