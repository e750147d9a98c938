#pragma once

#include <cstddef>

#include "base/frame.h"
#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::cpu {

// Reads stacks of frames into channels-last images of floats. Bytes are scaled by 1/255.
class FrameReader {
 public:
  FrameReader(const kernels::Kernels& kernels, const FrameFormat& frame, int stack)
      : kernels_(kernels), frame_(frame), stack_(stack) {}

  std::size_t size() const { return frame_.elements() * stack_; }
  void Read(const StackView& stack, float* image) const;

 private:
  const kernels::Kernels& kernels_;
  FrameFormat frame_;
  int stack_;
};

}  // namespace arcadeq::cpu
