#pragma once

#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "replay/step.h"

namespace arcadeq {

// A batch of transitions (s_tm1, a_tm1, r_t, s_t), names as in dqn_zoo. Made once and filled again
// for every update.
struct Batch {
  explicit Batch(int size)
      : s_tm1(static_cast<std::size_t>(size)),
        a_tm1(s_tm1.size()),
        r_t(s_tm1.size()),
        end_t(s_tm1.size()),
        s_t(s_tm1.size()),
        origins(s_tm1.size()) {}

  int size() const { return static_cast<int>(a_tm1.size()); }

  std::vector<StackView> s_tm1;
  std::vector<std::int32_t> a_tm1;
  std::vector<float> r_t;
  std::vector<StepEnd> end_t;
  std::vector<StackView> s_t;

  // Where a transition came from: the environment, the number of s_t's newest frame, and its age.
  struct Origin {
    int env;
    std::int64_t next_frame;
    int age;
  };
  std::vector<Origin> origins;

  // What the stacks point into once a replay has filled the batch; two stacks that share frames
  // share their memory. Replay::MakeBatch() makes a batch that has it from the start. A batch knows
  // nothing of the replay's memory.
  AlignedBuffer<std::uint8_t> frames;
};

}  // namespace arcadeq
