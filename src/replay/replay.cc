#include "replay/replay.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <stdexcept>
#include <utility>

#include "base/error.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

// Transitions that one thread decodes in a row. Their frames lie in the batch one after the other,
// behind some room for what only helps to decode the first; what helps to decode another lands in
// the places of those before it. So they are decoded from the last to the first.
constexpr int kShard = 8;

int Shards(const Batch& batch) {
  return (batch.size() + kShard - 1) / kShard;
}

// The stack of `depth` frames that ends in `newest`, of which `before` frames of the same episode
// stand before it.
StackView View(const std::uint8_t* newest, std::size_t stride, int depth, int before) {
  StackView view;
  view.depth = depth;
  for (int k = 0; k < depth; ++k) {
    view.frames[k] = newest - static_cast<std::size_t>(std::min(depth - 1 - k, before)) * stride;
  }
  return view;
}

}  // namespace

Replay::Replay(const FrameFormat& format, int stack, const ReplayConfig& config, int envs)
    : segment_{FrameCodec(format, config.compression_kind()),
               SegmentFrames(config.capacity / envs)},
      frame_(format),
      stack_(stack),
      capacity_(config.capacity) {
  histories_ = EmptyHistories(envs);
}

std::vector<History> Replay::EmptyHistories(int envs) const {
  const std::int64_t each = capacity_ / envs, more = capacity_ % envs;
  std::vector<History> histories;
  for (int env = 0; env < envs; ++env) {
    histories.emplace_back(segment_, env, stack_, each + (env < more ? 1 : 0));
  }
  return histories;
}

void Replay::BeginEpisode(int env, std::span<const std::uint8_t> frame) {
  histories_[static_cast<std::size_t>(env)].BeginEpisode(frame);
}

void Replay::Append(int env, std::int32_t action, float reward, StepEnd end,
                    std::span<const std::uint8_t> next_frame) {
  histories_[static_cast<std::size_t>(env)].Append({action, reward, end}, next_frame);
}

std::int64_t Replay::frames() const {
  std::int64_t sum = 0;
  for (const History& history : histories_) sum += history.frames();
  return sum;
}

std::int64_t Replay::transitions() const {
  std::int64_t sum = 0;
  for (const History& history : histories_) sum += history.transitions();
  return sum;
}

std::int64_t Replay::bytes() const {
  std::int64_t sum = 0;
  for (const History& history : histories_) sum += history.bytes();
  return sum;
}

Batch Replay::MakeBatch(int size) const {
  Batch batch(size);
  batch.frames = AlignedBuffer<std::uint8_t>(Shards(batch) * ShardBytes());
  return batch;
}

std::size_t Replay::ShardBytes() const {
  const std::size_t lead = segment_.codec.key_interval() - 1;
  return (lead + kShard * (stack_ + 1)) * segment_.codec.stride();
}

void Replay::Sample(RandomStream& random, ThreadPool& pool, Batch& batch) const {
  assert(CanSample());
  const std::int64_t total = transitions();
  for (std::size_t i = 0; i < batch.origins.size(); ++i) {
    auto k = static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(total)));
    int env = 0;
    for (; k >= histories_[env].transitions(); ++env) k -= histories_[env].transitions();
    const History::Transition transition = histories_[env].transition(k);
    batch.a_tm1[i] = transition.step.action;
    batch.r_t[i] = transition.step.reward;
    batch.end_t[i] = transition.step.end;
    batch.origins[i] = {env, transition.next_frame, transition.age};
  }
  Decode(pool, batch);
}

void Replay::Decode(ThreadPool& pool, Batch& batch) const {
  const std::size_t stride = segment_.codec.stride();
  const std::size_t lead = segment_.codec.key_interval() - 1;
  const std::size_t window = stack_ + 1;
  const int shards = Shards(batch);
  const std::size_t shard_bytes = ShardBytes();
  if (batch.frames.size() < shards * shard_bytes) {
    batch.frames = AlignedBuffer<std::uint8_t>(shards * shard_bytes);
  }
  std::atomic<bool> good = true;
  pool.Run(shards, [&](int shard) {
    std::uint8_t* const begin = batch.frames.data() + shard * shard_bytes + lead * stride;
    const int first = shard * kShard;
    for (int i = std::min(first + kShard, batch.size()) - 1; i >= first; --i) {
      const auto [env, next_frame, age] = batch.origins[i];
      const History& history = histories_[env];
      const int before = history.Depth(age - 1);  // what s_tm1 shows before its newest
      std::uint8_t* const newest = begin + ((i - first + 1) * window - 1) * stride;
      batch.s_tm1[i] = View(newest - stride, stride, stack_, before);
      batch.s_t[i] = View(newest, stride, stack_, history.Depth(age));
      if (!history.Decode(next_frame - 1 - before, before + 2, newest - (before + 1) * stride)) {
        good.store(false, std::memory_order_relaxed);
      }
    }
  });
  // Restored frames were decoded once, and those encoded here are whole.
  if (!good) throw std::logic_error("Replay: a frame cannot be decoded");
}

std::string Replay::Kind() const {
  return fmt::format("{} frames of {}x{} {}, stacks of {}, {} environments, {}, segments of {}",
                     capacity_, frame_.height, frame_.width,
                     frame_.element == ElementType::kUint8 ? "bytes" : "floats", stack_, envs(),
                     segment_.codec.compression() == Compression::kLz4 ? "lz4" : "uncompressed",
                     segment_.frames);
}

SavedReplay Replay::Save() const {
  SavedReplay saved;
  ReplayState state{Kind(), {}};
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

void Replay::Restore(std::string_view bytes, int actions, const ReadSegment& read) {
  const ReplayState state = ReplayState::FromBytes(bytes);
  if (state.kind != Kind()) {
    ThrowUserError("the saved replay has {}; this one has {}", state.kind, Kind());
  }
  std::vector<History> histories = EmptyHistories(envs());
  for (const ReplayState::Entry& entry : state.segments) {
    if (entry.env < 0 || entry.env >= envs()) {
      ThrowUserError("the replay's list of segments is damaged");
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

void Replay::ReadNewestStack(int env, FrameStack& stack) const {
  const History& history = histories_[env];
  const std::size_t stride = segment_.codec.stride();
  const std::size_t lead = segment_.codec.key_interval() - 1;
  const int before = history.Depth(history.newest_age());
  AlignedBuffer<std::uint8_t> decoded((lead + before + 1) * stride);
  const std::uint8_t* frame = decoded.data() + lead * stride;
  if (!history.Decode(history.end() - 1 - before, before + 1, decoded.data() + lead * stride)) {
    throw std::logic_error("Replay: a frame cannot be decoded");
  }
  stack.Begin({frame, frame_.bytes()});
  for (int k = 0; k < before; ++k) stack.Push({frame += stride, frame_.bytes()});
}

}  // namespace arcadeq
