#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace arcadeq {

// A few threads that share the work of one loop at a time, and of a few longer tasks beside it.
// Work is cut into shards by its caller; which thread runs a shard is left to chance, so a shard's
// result must not depend on it and shards must not share what they write. Results are then the same
// for any number of threads.
//
// Between two loops the workers spin for some microseconds (loops follow each other closely in an
// update), then yield, then sleep. Nothing here allocates after construction.
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
  // wrote is then visible to the caller. `work` must not throw and must not use this pool. One
  // caller at a time, but for a pool of one thread: it does the work in the caller and keeps
  // nothing, so any number of threads may share it.
  template <typename Work>
  void Run(int shards, Work&& work) {
    if (workers_.empty() || shards <= 1) {
      for (int shard = 0; shard < shards; ++shard) work(shard);
      return;
    }
    const Function function = Call<std::remove_reference_t<Work>>;
    loop_.Begin(shards, function,
                const_cast<void*>(static_cast<const void*>(std::addressof(work))));
    FinishLoop();
  }

  // Tasks that were begun. Its end waits for them, whatever the caller is left by.
  class [[nodiscard]] Tasks {
   public:
    ~Tasks() { pool_.FinishTasks(); }
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;

    // Returns when all tasks are done, having helped with those that nobody had begun; what they
    // wrote is then visible to the caller. Rethrows what the first of them to fail threw.
    void Finish() {
      if (const std::exception_ptr failure = pool_.FinishTasks()) std::rethrow_exception(failure);
    }

   private:
    friend class ThreadPool;
    explicit Tasks(ThreadPool& pool) : pool_(pool) {}

    ThreadPool& pool_;
  };

  // Begins work(task) for each task in [0, tasks) beside the loops that follow: workers that are
  // free take tasks before shards, and the loops go on with the threads that are left. `work` must
  // outlive what is returned, may throw and must not use this pool. Without workers the tasks are
  // done before Start() returns. One Start() at a time, by the caller of Run().
  template <typename Work>
  Tasks Start(int tasks, Work& work) {
    StartTasks(tasks, Call<Work>,
               const_cast<void*>(static_cast<const void*>(std::addressof(work))));
    return Tasks(*this);
  }

 private:
  using Function = void (*)(void* context, int shard);

  template <typename Work>
  static void Call(void* context, int shard) {
    (*static_cast<Work*>(context))(shard);
  }

  // Shards that any thread may take, each once.
  class Shards {
   public:
    // All taken and done before may be begun anew. By one thread at a time.
    void Begin(int shards, Function function, void* context);
    // Does one shard if there is one left that nobody has taken.
    bool DoOne();
    bool done() const { return done_.load(std::memory_order_acquire) == begun_; }

   private:
    int begun_ = 0;  // the beginning thread's
    // Written while nothing is left; what a thread reads is good if it then takes a shard.
    std::atomic<Function> function_{nullptr};
    std::atomic<void*> context_{nullptr};
    std::atomic<int> shards_{0};
    // How often Begin() was called, in the upper half, and the shards that are left: a thread that
    // read an old state cannot take a new shard by mistake.
    alignas(64) std::atomic<std::uint64_t> left_{0};
    alignas(64) std::atomic<int> done_{0};
  };

  void StartTasks(int tasks, Function function, void* context);
  // Waits for them; what the first to fail threw, or null.
  std::exception_ptr FinishTasks();
  void FinishLoop();
  void Announce();
  void Stop();
  void WorkerLoop();

  std::vector<std::thread> workers_;
  Shards loop_;
  Shards tasks_;

  // The tasks at hand, as Start() was given them, and the first exception of theirs.
  Function task_function_ = nullptr;
  void* task_context_ = nullptr;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;

  alignas(64) std::atomic<std::uint32_t> announced_{0};  // workers wait for it to change
  std::atomic<bool> stop_{false};
};

}  // namespace arcadeq
