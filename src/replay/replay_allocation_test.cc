// Counts what the replay takes from the heap: this file replaces the operators new and delete of
// the test program.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "replay/naive_replay.h"
#include "replay/replay.h"

namespace {

std::atomic<std::int64_t> allocations{0};
std::atomic<std::int64_t> allocated_bytes{0};

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  allocated_bytes += static_cast<std::int64_t>(size);
  void* p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}

namespace arcadeq {
namespace {

TEST(ReplayAllocation, TakesExactlyWhatWasComputed) {
  for (const FrameFormat format : {kNumberedFrame, FrameFormat{ElementType::kUint8, 105, 80},
                                   FrameFormat{ElementType::kFloat32, 1, 4}}) {
    const std::int64_t before = allocated_bytes;
    Replay replay(format, 4, 1000);
    EXPECT_EQ(allocated_bytes - before, Replay::BytesNeeded(format, 1000));
  }
}

// The article's frames were floats, 33.6 kB each.
TEST(ReplayAllocation, AnArticleFrameTakesItsBytesAndLittleMore) {
  const FrameFormat format{ElementType::kUint8, 105, 80};
  EXPECT_LE(Replay::BytesNeeded(format, 1), static_cast<std::int64_t>(format.bytes()) + 32);
}

TEST(ReplayAllocation, AppendingAndSamplingTakeNothing) {
  Replay replay(kNumberedFrame, 4, 64);
  RandomStream random(1, "replay");
  Batch batch(32);
  const auto frame = FrameOf(7);
  const std::int64_t before = allocations;
  for (int episode = 0; episode < 20; ++episode) {
    replay.BeginEpisode(frame);
    for (int k = 0; k < 10; ++k) {
      replay.Append(k, 1.0f, {.terminated = k == 9}, frame);
      replay.Sample(random, batch);
    }
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace arcadeq
