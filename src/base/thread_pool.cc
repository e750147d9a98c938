#include "base/thread_pool.h"

#include <system_error>

#include "base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace arcadeq {
namespace {

// Long enough to bridge the gap between two loops of an update, short enough to leave a shared core
// to others.
constexpr int kSpins = 2000;
constexpr int kYields = 50;

void Pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  try {
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { WorkerLoop(); });
  } catch (const std::system_error& error) {
    Stop();
    ThrowUserError("cannot start {} threads: {}; lower train.threads", threads, error.what());
  }
}

ThreadPool::~ThreadPool() {
  Stop();
}

void ThreadPool::Stop() {
  stop_.store(true, std::memory_order_relaxed);
  loop_.fetch_add(1, std::memory_order_release);
  loop_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void ThreadPool::RunShards(int shards, Function function, void* context) {
  function_ = function;
  context_ = context;
  shards_ = shards;
  next_shard_.store(0, std::memory_order_relaxed);
  workers_done_.store(0, std::memory_order_relaxed);
  loop_.fetch_add(1, std::memory_order_release);
  loop_.notify_all();

  TakeShards();
  const int workers = static_cast<int>(workers_.size());
  for (int spins = 0; workers_done_.load(std::memory_order_acquire) != workers; ++spins) {
    if (spins < kSpins) {
      Pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void ThreadPool::TakeShards() {
  for (;;) {
    const int shard = next_shard_.fetch_add(1, std::memory_order_relaxed);
    if (shard >= shards_) return;
    function_(context_, shard);
  }
}

void ThreadPool::WorkerLoop() {
  std::uint32_t seen = 0;
  for (;;) {
    std::uint32_t loop = loop_.load(std::memory_order_acquire);
    for (int spins = 0; loop == seen; ++spins) {
      if (spins < kSpins) {
        Pause();
      } else if (spins < kSpins + kYields) {
        std::this_thread::yield();
      } else {
        loop_.wait(seen, std::memory_order_acquire);
      }
      loop = loop_.load(std::memory_order_acquire);
    }
    seen = loop;
    if (stop_.load(std::memory_order_relaxed)) return;
    TakeShards();
    workers_done_.fetch_add(1, std::memory_order_release);
  }
}

}  // namespace arcadeq
