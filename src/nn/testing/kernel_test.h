#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"

namespace arcadeq::kernels {

// Compares every kernel, on every instruction set of this processor, with the plain loop that
// defines it: bit for bit if multiply-adds are fused, otherwise up to a small error.
class KernelTest : public ::testing::TestWithParam<std::string> {
 protected:
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

  void ExpectSame(const AlignedBuffer<float>& actual, const AlignedBuffer<float>& expected) const {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (HasFusedMultiplyAdd(GetParam())) {
        ASSERT_EQ(std::memcmp(&actual[i], &expected[i], sizeof(float)), 0)
            << "element " << i << ": " << actual[i] << " for " << expected[i];
      } else {
        ASSERT_NEAR(actual[i], expected[i], 1e-4 * (1 + std::abs(expected[i]))) << "element " << i;
      }
    }
  }

  const Kernels& kernels_ = KernelsFor(GetParam());
  RandomStream random_{1, "kernels"};
};

#define ARCADEQ_INSTANTIATE_KERNEL_TEST(suite)                              \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::ValuesIn(InstructionSets()), \
                           [](const auto& param_info) { return param_info.param; })

}  // namespace arcadeq::kernels
