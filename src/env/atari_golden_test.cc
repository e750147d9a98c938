// Compares whole games with those that ALE's Python package played (tests/golden/env_golden.py).

#include <cstdint>
#include <span>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/hash.h"
#include "base/random.h"
#include "env/env.h"
#include "env/env_config.h"

namespace arcadeq {
namespace {

using Json = nlohmann::json;

// FNV-1a (Fowler, Noll & Vo), 32 bits.
std::uint32_t Hash(std::span<const std::uint8_t> bytes) {
  std::uint32_t hash = 0x811c9dc5;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x01000193;
  return hash;
}

RandomStream GoldenStream() {
  return RandomStream(1, "golden");
}

EnvConfig ConfigOf(const Json& run) {
  EnvConfig config;
  config.game = run["game"];
  config.frame_skip = {run["frame_skip"], run["frame_skip"]};
  config.sticky = run["sticky"];
  config.max_pool = run["max_pool"];
  config.max_frames = run["max_frames"];
  config.full_action_set = run["full_action_set"];
  config.observation = run["observation"];
  return config;
}

void ExpectSameGame(const Json& run) {
  SCOPED_TRACE(run["game"].get<std::string>());
  const auto env = MakeEnv(ConfigOf(run), GoldenStream());
  EXPECT_EQ(Json(env->spec().action_names), run["action_names"]);
  env->Reset();
  int number = 0;
  for (const Json& step : run["steps"]) {
    SCOPED_TRACE(number++);
    const StepResult result = env->Step(step[0]);
    ASSERT_EQ(result.raw_reward, step[1]);
    ASSERT_EQ(result.reward, step[1]);
    ASSERT_EQ(result.frames, step[2]);
    ASSERT_EQ(result.terminated, step[3] == 1);
    ASSERT_EQ(result.truncated, step[4] == 1);
    ASSERT_EQ(result.life_lost, step[5] == 1);
    ASSERT_EQ(Hash(env->screen().pixels), step[6]);
    ASSERT_EQ(Hash(env->frame()), step[7]);
    if (result.done()) env->Reset();
  }
}

TEST(AtariGolden, PlaysAsTheReferenceDoes) {
  const Json golden = Json::parse(ReadFile(ARCADEQ_SOURCE_DIR "/tests/golden/env_atari.json"));
  ASSERT_EQ(GoldenStream().Below(std::uint64_t{1} << 31), golden["ale_seed"])
      << "put this number into env_golden.py and run it";
  for (const Json& run : golden["runs"]) ExpectSameGame(run);
}

}  // namespace
}  // namespace arcadeq
