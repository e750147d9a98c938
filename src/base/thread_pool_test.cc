#include "base/thread_pool.h"

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

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

TEST(ThreadPool, WhatShardsWroteIsVisibleAfterRun) {
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
    // Both threads must take part, or the second shard never comes to the meeting.
    std::atomic<int> met{0};
    pool.Run(2, [&](int) {
      met.fetch_add(1);
      while (met.load() < 2) std::this_thread::yield();
    });
    EXPECT_EQ(met.load(), 2);
  }
}

}  // namespace
}  // namespace arcadeq
