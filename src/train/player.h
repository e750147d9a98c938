#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "agent/actor.h"
#include "base/aligned_buffer.h"
#include "base/thread_pool.h"
#include "env/env.h"
#include "nn/network.h"
#include "replay/frame_stack.h"
#include "train/config.h"

namespace arcadeq {

struct EpisodeResult {
  double raw_return = 0;  // the game's score
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  bool truncated = false;
};

// Plays whole games with fixed weights, without learning: for evaluation and for videos.
class Player {
 public:
  // Called with the screen at the start and after each step, and the seconds that it is on show.
  using Show = std::function<void(const ScreenView& screen, double seconds)>;

  // The seed drives the environment and the policy apart from any training run's. Throws UserError
  // if the weights or the game cannot be loaded.
  Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed);

  // Epsilon 1 is the random policy.
  EpisodeResult Play(double epsilon, const Show& show = nullptr);

 private:
  std::unique_ptr<Env> env_;
  ThreadPool pool_;
  QNetwork network_;
  AlignedBuffer<float> parameters_;
  FrameStack stack_;
  Actor actor_;
};

}  // namespace arcadeq
