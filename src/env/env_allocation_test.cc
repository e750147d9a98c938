#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing/allocation_counter.h"
#include "env/env_config.h"
#include "env/environments.h"

namespace arcadeq {
namespace {

TEST(EnvAllocation, AStepAllocatesNothing) {
  std::vector<std::string> games = BuiltInEnvironments().names();
  games.emplace_back("space_invaders");
  for (const std::string& game : games) {
    EnvConfig config;
    config.game = game;
    config.max_pool = true;
    const auto env = MakeEnv(config, RandomStream(1, "env"));
    env->Reset();
    const std::int64_t before = testing::Allocations();
    ASSERT_GT(before, 0) << "the count works";
    std::int64_t pixels = 0;
    for (int i = 0; i < 8; ++i) {
      env->Step(i % 2);
      pixels += static_cast<std::int64_t>(env->frame().size() + env->screen().pixels.size());
    }
    EXPECT_EQ(testing::Allocations(), before) << game;
    EXPECT_GT(pixels, 0);
  }
}

}  // namespace
}  // namespace arcadeq
