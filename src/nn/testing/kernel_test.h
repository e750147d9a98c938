#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/kernels/kernels.h"
#include "nn/kernels/reference.h"
#include "nn/kernels/targets.h"

namespace arcadeq::kernels {

// Every fast kernel, on every instruction set of this processor, against the plain loop that
// defines it: equal bits where multiply-adds are fused, a small error elsewhere.
class KernelTest : public ::testing::TestWithParam<std::string> {
 protected:
  KernelTest() { UseTarget(GetParam()); }
  ~KernelTest() override { UseTarget(Targets().front()); }

  AlignedBuffer<float> Random(std::size_t n) {
    AlignedBuffer<float> values(n);
    for (float& value : values) value = static_cast<float>(random_.Uniform(-1, 1));
    return values;
  }

  static AlignedBuffer<float> Copy(const AlignedBuffer<float>& values) {
    AlignedBuffer<float> copy(values.size());
    std::copy(values.begin(), values.end(), copy.begin());
    return copy;
  }

  void ExpectSame(const AlignedBuffer<float>& fast, const AlignedBuffer<float>& plain) const {
    ASSERT_EQ(fast.size(), plain.size());
    for (std::size_t i = 0; i < fast.size(); ++i) {
      if (HasFusedMultiplyAdd(GetParam())) {
        ASSERT_EQ(std::memcmp(&fast[i], &plain[i], sizeof(float)), 0)
            << "element " << i << ": " << fast[i] << " for " << plain[i];
      } else {
        ASSERT_NEAR(fast[i], plain[i], 1e-4 * (1 + std::abs(plain[i]))) << "element " << i;
      }
    }
  }

  RandomStream random_{1, "kernels"};
};

#define ARCADEQ_INSTANTIATE_KERNEL_TEST(suite)                      \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::ValuesIn(Targets()), \
                           [](const auto& param_info) { return param_info.param; })

}  // namespace arcadeq::kernels
