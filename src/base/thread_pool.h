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

// A few threads that share the work of one loop at a time and, alongside it, of a few longer tasks.
// The caller divides the work into shards. Any thread may run any shard, so a shard's result must
// not depend on the thread, and shards must not write to the same memory. Results are then the same
// for any number of threads.
//
// Between two loops the workers spin for some microseconds (the loops of an update follow each
// other closely), then yield, then sleep. Nothing here allocates after construction.
class ThreadPool {
 public:
  // `threads` >= 1 includes the caller of Run(), which works too. Throws UserError if the system
  // cannot start that many.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(shard) once for each shard in [0, shards) and returns when all are done; their
  // writes are then visible to the caller. `work` must not throw and must not use this pool. One
  // caller at a time, except for a pool of one thread: it runs the work in the caller and has no
  // state, so any number of threads may share it.
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

  // Tasks in progress. The destructor waits for them, even during stack unwinding.
  class [[nodiscard]] Tasks {
   public:
    ~Tasks() { pool_.FinishTasks(); }
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;

    // Helps with tasks that no worker has started and returns when all are done; their writes are
    // then visible to the caller. Rethrows the exception of the first task that failed.
    void Finish() {
      if (const std::exception_ptr failure = pool_.FinishTasks()) std::rethrow_exception(failure);
    }

   private:
    friend class ThreadPool;
    explicit Tasks(ThreadPool& pool) : pool_(pool) {}

    ThreadPool& pool_;
  };

  // Starts work(task) for each task in [0, tasks), alongside the loops that follow: idle workers
  // take tasks before shards, and the remaining threads run the loops. `work` must outlive the
  // returned object, may throw and must not use this pool. Without workers the tasks are done
  // before Start() returns. One Start() at a time, by the caller of Run().
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

  // Shards, each of which is taken once, by any thread.
  class Shards {
   public:
    // Called by one thread at a time, once all previous shards are done.
    void Begin(int shards, Function function, void* context);
    // Runs one shard that is still left; returns false if there is none.
    bool DoOne();
    bool done() const { return done_.load(std::memory_order_acquire) == begun_; }

   private:
    int begun_ = 0;  // used by the thread that calls Begin()
    // Written only while no shard is left; valid for a thread that has read them and then takes a
    // shard.
    std::atomic<Function> function_{nullptr};
    std::atomic<void*> context_{nullptr};
    std::atomic<int> shards_{0};
    // Upper half: the number of Begin() calls. Lower half: the shards left. A thread that read an
    // old state thus cannot take a new shard by mistake.
    alignas(64) std::atomic<std::uint64_t> left_{0};
    alignas(64) std::atomic<int> done_{0};
  };

  void StartTasks(int tasks, Function function, void* context);
  // Waits for the tasks; returns the exception of the first that failed, or null.
  std::exception_ptr FinishTasks();
  void FinishLoop();
  void Announce();
  void Stop();
  void WorkerLoop();

  std::vector<std::thread> workers_;
  Shards loop_;
  Shards tasks_;

  // The current tasks, as passed to Start(), and the first exception that one threw.
  Function task_function_ = nullptr;
  void* task_context_ = nullptr;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;

  alignas(64) std::atomic<std::uint32_t> announced_{0};  // workers wait for a change
  std::atomic<bool> stop_{false};
};

}  // namespace arcadeq
