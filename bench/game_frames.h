#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "env/env.h"

namespace arcadeq {

// The frames of a game played at random.
struct GameFrames {
  std::vector<std::vector<std::uint8_t>> frames;
  std::vector<bool> first;  // whether the frame is an episode's first
};

inline GameFrames PlayAtRandom(Env& env, RandomStream random, int count) {
  GameFrames played;
  for (bool done = true; static_cast<int>(played.frames.size()) < count;) {
    played.first.push_back(done);
    if (done) {
      env.Reset();
      done = false;
    } else {
      done = env.Step(random.Between(0, env.spec().num_actions() - 1)).done();
    }
    played.frames.emplace_back(env.frame().begin(), env.frame().end());
  }
  return played;
}

}  // namespace arcadeq
