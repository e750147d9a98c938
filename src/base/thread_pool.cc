#include "base/thread_pool.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace arcadeq {
namespace {

// Long enough to bridge the gap between two loops of an update, short enough to yield a shared core
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

template <typename Condition>
void SpinUntil(Condition condition) {
  for (int spins = 0; !condition(); ++spins) {
    if (spins < kSpins) {
      Pause();
    } else {
      std::this_thread::yield();
    }
  }
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
  Announce();
  for (auto& worker : workers_) worker.join();
}

void ThreadPool::Announce() {
  announced_.fetch_add(1, std::memory_order_release);
  announced_.notify_all();
}

void ThreadPool::FinishLoop() {
  Announce();
  while (loop_.DoOne()) continue;
  SpinUntil([this] { return loop_.done(); });
}

void ThreadPool::StartTasks(int tasks, Function function, void* context) {
  task_function_ = function;
  task_context_ = context;
  const Function guarded = [](void* pool_pointer, int task) {
    auto& pool = *static_cast<ThreadPool*>(pool_pointer);
    try {
      pool.task_function_(pool.task_context_, task);
    } catch (...) {
      const std::lock_guard lock(pool.failure_mutex_);
      if (!pool.failure_) pool.failure_ = std::current_exception();
    }
  };
  tasks_.Begin(tasks, guarded, this);
  if (workers_.empty()) {
    while (tasks_.DoOne()) continue;
  } else {
    Announce();
  }
}

std::exception_ptr ThreadPool::FinishTasks() {
  while (tasks_.DoOne()) continue;
  SpinUntil([this] { return tasks_.done(); });
  return std::exchange(failure_, nullptr);
}

void ThreadPool::WorkerLoop() {
  for (;;) {
    const std::uint32_t seen = announced_.load(std::memory_order_acquire);
    if (stop_.load(std::memory_order_relaxed)) return;
    if (tasks_.DoOne() || loop_.DoOne()) continue;
    for (int spins = 0; announced_.load(std::memory_order_acquire) == seen; ++spins) {
      if (spins < kSpins) {
        Pause();
      } else if (spins < kSpins + kYields) {
        std::this_thread::yield();
      } else {
        announced_.wait(seen, std::memory_order_acquire);
      }
    }
  }
}

void ThreadPool::Shards::Begin(int shards, Function function, void* context) {
  begun_ = shards;
  function_.store(function, std::memory_order_relaxed);
  context_.store(context, std::memory_order_relaxed);
  shards_.store(shards, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  const std::uint64_t times = (left_.load(std::memory_order_relaxed) >> 32) + 1;
  left_.store(times << 32 | static_cast<std::uint32_t>(shards), std::memory_order_release);
}

bool ThreadPool::Shards::DoOne() {
  std::uint64_t left = left_.load(std::memory_order_acquire);
  for (;;) {
    const int remaining = static_cast<int>(left & 0xffff'ffffu);
    if (remaining == 0) return false;
    const Function function = function_.load(std::memory_order_relaxed);
    void* const context = context_.load(std::memory_order_relaxed);
    const int shard = shards_.load(std::memory_order_relaxed) - remaining;
    if (left_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel,
                                    std::memory_order_acquire)) {
      function(context, shard);
      done_.fetch_add(1, std::memory_order_release);
      return true;
    }
  }
}

}  // namespace arcadeq
