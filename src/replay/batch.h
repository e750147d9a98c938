#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "replay/transition.h"

namespace arcadeq {

// A batch of transitions, named as in dqn_zoo; TransitionRule defines r_t and discount_t. Allocated
// once and refilled for every update. Owns the frames that its stacks point to.
struct Batch {
  explicit Batch(int size)
      : s_tm1(static_cast<std::size_t>(size)),
        a_tm1(s_tm1.size()),
        r_t(s_tm1.size()),
        discount_t(s_tm1.size()),
        s_t(s_tm1.size()),
        weight(s_tm1.size(), 1.0f),
        id(s_tm1.size()) {}

  int size() const { return static_cast<int>(a_tm1.size()); }

  std::vector<StackView> s_tm1;
  std::vector<std::int32_t> a_tm1;
  std::vector<float> r_t;
  std::vector<float> discount_t;
  std::vector<StackView> s_t;
  std::vector<float> weight;  // weight of the transition's loss; see Sampler::Draw()
  std::vector<TransitionId> id;

  // The memory that the stacks point into. Stacks that share frames share their memory.
  AlignedBuffer<std::uint8_t> frames;
};

}  // namespace arcadeq
