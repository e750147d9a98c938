// Counts what a step takes from the heap: this file replaces the operators new and delete of the
// test program.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "env/env_config.h"

namespace {

std::atomic<std::int64_t> allocations{0};

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) std::abort();
  return p;
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return Allocate(size, alignof(std::max_align_t));
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

TEST(EnvAllocation, AStepTakesNothingFromTheHeap) {
  for (const char* game : {"space_invaders", "cartpole", "catch"}) {
    EnvConfig config;
    config.game = game;
    config.max_pool = true;
    const auto env = MakeEnv(config, RandomStream(1, "env"));
    env->Reset();
    const std::int64_t before = allocations;
    ASSERT_GT(before, 0) << "the count works";
    std::int64_t pixels = 0;
    for (int i = 0; i < 8; ++i) {
      env->Step(i % 2);
      pixels += static_cast<std::int64_t>(env->frame().size() + env->screen().pixels.size());
    }
    EXPECT_EQ(allocations, before) << game;
    EXPECT_GT(pixels, 0);
  }
}

}  // namespace
}  // namespace arcadeq
