
#include <cmath>
#include <cstddef>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/testing/kernel_test.h"

namespace arcadeq::kernels {
namespace {

class NormalisationTest : public KernelTest {
 protected:
  // Random rows with zero padding.
  AlignedBuffer<float> RandomRows(const RowNorm& norm, int rows) {
    AlignedBuffer<float> values(static_cast<std::size_t>(rows) * norm.stride);
    for (int row = 0; row < rows; ++row) {
      for (int i = 0; i < norm.length; ++i) {
        values[row * norm.stride + i] = static_cast<float>(random_.Uniform(-1, 2));
      }
    }
    return values;
  }
};

// Lengths with and without padding, and with full and partial blocks of chains.
constexpr int kLengths[] = {1, 15, 16, 20, 32, 48, 64, 80, 100, 128, 192, 200, 256, 1024, 1040};

TEST_P(NormalisationTest, ForwardAndBackward) {
  for (const int length : kLengths) {
    for (const Finish finish : {Finish::kNone, Finish::kRelu}) {
      RowNorm norm{.rows = 5, .length = length, .stride = RoundUpToPanel(length), .epsilon = 1e-5f};
      norm.finish = finish;
      const auto weight = RandomRows(norm, 1), bias = RandomRows(norm, 1);
      norm.weight = weight.data();
      norm.bias = bias.data();
      const auto in = RandomRows(norm, norm.rows), d_out = RandomRows(norm, norm.rows);
      struct Results {
        AlignedBuffer<float> out, d_in, d_weight, d_bias;
      };
      const auto start = RandomRows(norm, 1);
      const auto run = [&](const Kernels& kernels) {
        Results r{AlignedBuffer<float>(in.size()), AlignedBuffer<float>(in.size()), Copy(start),
                  Copy(start)};
        kernels.normalise_rows(norm, in.data(), r.out.data());
        kernels.normalise_rows_backward(norm, in.data(), d_out.data(), r.d_in.data(),
                                        r.d_weight.data(), r.d_bias.data());
        return r;
      };
      const Results actual = run(kernels_), expected = run(kReference);
      ExpectSame(actual.out, expected.out);
      ExpectSame(actual.d_in, expected.d_in);
      ExpectSame(actual.d_weight, expected.d_weight);
      ExpectSame(actual.d_bias, expected.d_bias);
      for (int row = 0; row < norm.rows; ++row) {
        for (int i = length; i < norm.stride; ++i) {
          EXPECT_EQ(actual.out[row * norm.stride + i], 0.0f);
          EXPECT_EQ(actual.d_in[row * norm.stride + i], 0.0f);
        }
      }
    }
  }
}

// Compares with the definition, in double.
TEST_P(NormalisationTest, RowsHaveMeanZeroAndDeviationOne) {
  for (const int length : kLengths) {
    RowNorm norm{.length = length, .stride = RoundUpToPanel(length), .epsilon = 1e-6f};
    AlignedBuffer<float> weight(static_cast<std::size_t>(norm.stride));
    const AlignedBuffer<float> bias(weight.size());
    for (int i = 0; i < length; ++i) weight[i] = 1.0f;
    norm.weight = weight.data();
    norm.bias = bias.data();
    const auto in = RandomRows(norm, 1);
    AlignedBuffer<float> out(in.size());
    kernels_.normalise_rows(norm, in.data(), out.data());
    double mean = 0, variance = 0;
    for (int i = 0; i < length; ++i) mean += in[i] / static_cast<double>(length);
    for (int i = 0; i < length; ++i) variance += (in[i] - mean) * (in[i] - mean) / length;
    for (int i = 0; i < length; ++i) {
      EXPECT_NEAR(out[i], (in[i] - mean) / std::sqrt(variance + 1e-6), 1e-4) << length;
    }
  }
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(NormalisationTest);

}  // namespace
}  // namespace arcadeq::kernels
