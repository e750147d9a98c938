#include "nn/cpu/frame_reader.h"

#include <cstring>

#include "base/frame.h"

namespace arcadeq::cpu {

void FrameReader::Read(const StackView& stack, float* image) const {
  const int pixels = static_cast<int>(frame_.elements());
  if (frame_.element == ElementType::kUint8) {
    kernels_.interleave_frames(stack.frames.data(), stack_, pixels, image);
    return;
  }
  for (int f = 0; f < stack_; ++f) {
    for (int i = 0; i < pixels; ++i) {
      std::memcpy(&image[i * stack_ + f], stack.frames[f] + sizeof(float) * i, sizeof(float));
    }
  }
}

}  // namespace arcadeq::cpu
