#include "base/thread_pool.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"

namespace arcadeq {
namespace {

TEST(ThreadPool, RunsEveryShardOnce) {
  for (int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (int shards : {0, 1, 2, 7, 100}) {
      std::vector<int> counts(static_cast<std::size_t>(shards));
      pool.Run(shards, [&](int shard) { ++counts[static_cast<std::size_t>(shard)]; });
      for (int count : counts) EXPECT_EQ(count, 1);
    }
  }
}

TEST(ThreadPool, WritesOfShardsAreVisibleAfterRun) {
  ThreadPool pool(3);
  std::vector<std::int64_t> sums(8);
  for (int round = 0; round < 5000; ++round) {
    pool.Run(8, [&](int shard) { sums[static_cast<std::size_t>(shard)] += round; });
  }
  for (std::int64_t sum : sums) EXPECT_EQ(sum, 5000LL * 4999 / 2);
}

TEST(ThreadPool, WakesWorkersThatWentToSleep) {
  ThreadPool pool(2);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    // Unless both threads take part, the shards never meet.
    std::atomic<int> met{0};
    pool.Run(2, [&](int) {
      met.fetch_add(1);
      while (met.load() < 2) std::this_thread::yield();
    });
    EXPECT_EQ(met.load(), 2);
  }
}

TEST(ThreadPool, LoopsRunAlongsideTasks) {
  for (int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    for (int round = 0; round < 200; ++round) {
      std::vector<int> done(3);
      const auto task = [&done](int i) { ++done[static_cast<std::size_t>(i)]; };
      auto tasks = pool.Start(3, task);
      std::vector<int> counts(20);
      for (int loop = 0; loop < 3; ++loop) {
        pool.Run(20, [&](int shard) { ++counts[static_cast<std::size_t>(shard)]; });
      }
      tasks.Finish();
      for (int count : counts) EXPECT_EQ(count, 3);
      for (int count : done) EXPECT_EQ(count, 1);
    }
  }
}

TEST(ThreadPool, ALoopDoesNotWaitForATask) {
  ThreadPool pool(2);
  std::atomic<bool> loop_ended{false};
  const auto task = [&loop_ended](int) {
    while (!loop_ended) std::this_thread::yield();
  };
  auto tasks = pool.Start(1, task);
  // The worker may take a shard of the loop before it starts the task, but not after.
  std::atomic<int> shards{0};
  pool.Run(8, [&shards](int) { ++shards; });
  EXPECT_EQ(shards.load(), 8);
  loop_ended = true;
  tasks.Finish();
}

TEST(ThreadPool, FinishRethrowsATasksException) {
  for (int threads : {1, 2}) {
    ThreadPool pool(threads);
    const auto failing = [](int task) {
      if (task == 1) ThrowUserError("task {} failed", task);
    };
    EXPECT_THROW(pool.Start(3, failing).Finish(), UserError);
    const auto fine = [](int) {};
    EXPECT_NO_THROW(pool.Start(3, fine).Finish());
  }
}

TEST(ThreadPool, UnwindingWaitsForTheTasks) {
  for (int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    std::atomic<int> done{0};
    const auto slow = [&done](int) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      ++done;
      ThrowUserError("lost: the caller throws, too");
    };
    const auto leave = [&] {
      const auto tasks = pool.Start(4, slow);
      ThrowUserError("the caller failed");
    };
    EXPECT_THROW(leave(), UserError);
    EXPECT_EQ(done.load(), 4);
    const auto fine = [](int) {};
    EXPECT_NO_THROW(pool.Start(1, fine).Finish());
  }
}

// A limit on the address space leaves room for the stacks of some threads only. The sanitizers do
// not work under such a limit.
TEST(ThreadPool, RefusesMoreThreadsThanTheSystemCanStart) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP();
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP();
#endif
#endif
  const auto make_too_many = [] {
    std::int64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const auto limit = static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE) + (1 << 28));
    const rlimit little{.rlim_cur = limit, .rlim_max = limit};
    setrlimit(RLIMIT_AS, &little);
    try {
      ThreadPool pool(1000);
    } catch (const UserError& error) {
      std::fputs(error.what(), stderr);
      std::exit(0);
    }
    std::exit(1);
  };
  EXPECT_EXIT(make_too_many(), ::testing::ExitedWithCode(0),
              "cannot start 1000 threads: .*; lower train.threads");
}

}  // namespace
}  // namespace arcadeq
