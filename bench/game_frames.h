#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "env/env.h"

namespace arcadeq {

// What a random player saw of a game, frame by frame.
struct GameFrames {
  std::vector<std::vector<std::uint8_t>> frames;
  std::vector<bool> first;  // of an episode
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
