#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace arcadeq {

// A few threads that share the work of one loop at a time. Work is cut into shards by its caller;
// which thread runs a shard is left to chance, so a shard's result must not depend on it and shards
// must not share what they write. Results are then the same for any number of threads.
//
// Between two loops the workers spin for some microseconds (loops follow each other closely in an
// update), then yield, then sleep. Run() allocates nothing.
class ThreadPool {
 public:
  // `threads` >= 1 counts the caller of Run(), who works too. Throws UserError if the system does
  // not give so many.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(shard) once for each shard in [0, shards) and returns when all are done; what they
  // wrote is then visible to the caller. `work` must not throw and must not call Run(). One
  // caller at a time.
  template <typename Work>
  void Run(int shards, Work&& work) {
    if (workers_.empty() || shards <= 1) {
      for (int shard = 0; shard < shards; ++shard) work(shard);
      return;
    }
    using Callable = std::remove_reference_t<Work>;
    RunShards(
        shards, [](void* context, int shard) { (*static_cast<Callable*>(context))(shard); },
        const_cast<void*>(static_cast<const void*>(std::addressof(work))));
  }

 private:
  using Function = void (*)(void* context, int shard);

  void RunShards(int shards, Function function, void* context);
  void Stop();
  void WorkerLoop();
  void TakeShards();

  std::vector<std::thread> workers_;

  // The loop at hand: written by Run() before `loop_` is raised, read by the workers after.
  Function function_ = nullptr;
  void* context_ = nullptr;
  int shards_ = 0;

  alignas(64) std::atomic<std::uint32_t> loop_{0};  // counts loops; workers wait for it to change
  alignas(64) std::atomic<int> next_shard_{0};      // the next shard nobody has taken
  alignas(64) std::atomic<int> workers_done_{0};    // workers that have finished the loop at hand
  std::atomic<bool> stop_{false};
};

}  // namespace arcadeq
