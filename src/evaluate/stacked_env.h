#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "env/env.h"
#include "env/env_config.h"
#include "replay/frame_stack.h"

namespace arcadeq {

// An environment as an agent sees it, as stacks of its last frames. Its calls are those of Env, in
// the same order.
class StackedEnv {
 public:
  // Construct Atari environments one after the other, never concurrently.
  StackedEnv(const EnvConfig& config, RandomStream random)
      : StackedEnv(MakeEnv(config, random), static_cast<int>(config.stack)) {}
  StackedEnv(std::unique_ptr<Env> env, int stack)
      : env_(std::move(env)), frames_(env_->spec().frame, stack) {}

  int Reset() {
    const int frames = env_->Reset();
    frames_.Begin(env_->frame());
    return frames;
  }
  StepResult Step(int action) {
    const StepResult result = env_->Step(action);
    frames_.Push(env_->frame());
    return result;
  }

  // Valid until the next Reset() or Step().
  StackView observation() const { return frames_.View(); }
  Env& env() { return *env_; }
  const Env& env() const { return *env_; }
  FrameStack& frames() { return frames_; }

 private:
  std::unique_ptr<Env> env_;
  FrameStack frames_;
};

// Makes `count` environments, each with its own random stream (see SplitStreams).
std::vector<StackedEnv> MakeStackedEnvs(const EnvConfig& config, std::uint64_t seed,
                                        std::string_view stream, int count);

// Splits `envs` in order into at most `groups` groups of nearly equal size.
std::vector<std::vector<StackedEnv>> SplitIntoGroups(std::vector<StackedEnv> envs, int groups);

}  // namespace arcadeq
