#pragma once

#include <atomic>

namespace arcadeq {

// What someone who watches a run wants to see at the moment. A sink sets it, the trainer reads it.
struct Spectator {
  std::atomic<bool> watches{false};        // pictures
  std::atomic<bool> wants_moments{false};  // with them, what the agent thinks
};

}  // namespace arcadeq
