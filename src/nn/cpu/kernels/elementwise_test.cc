#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/testing/kernel_test.h"

namespace arcadeq::kernels {
namespace {

class ElementwiseTest : public KernelTest {};

TEST_P(ElementwiseTest, FindsAndReadsBlocks) {
  constexpr int kBlocks = 21 * 6;
  for (int depth = 1; depth <= kMaxBlockDepth; ++depth) {
    std::vector<AlignedBuffer<std::uint8_t>> frames;
    std::vector<const std::uint8_t*> pointers;
    for (int f = 0; f < depth; ++f) {
      auto& frame = frames.emplace_back(std::size_t{4} * kBlocks);
      for (int i = 0; i < 40; ++i) {
        frame[random_.Below(frame.size())] = static_cast<std::uint8_t>(random_.Below(256));
      }
      pointers.push_back(frame.data());
    }
    std::vector<std::int32_t> actual(kBlocks + 16), expected(kBlocks);
    const int found = kernels_.find_blocks(pointers.data(), depth, 21, 21, 3, 42, actual.data());
    ASSERT_EQ(found,
              kReference.find_blocks(pointers.data(), depth, 21, 21, 3, 42, expected.data()));
    ASSERT_GT(found, 0);
    ASSERT_LT(found, 63);
    actual.resize(found);
    expected.resize(found);
    EXPECT_EQ(actual, expected);
    const std::size_t size = std::size_t{4} * depth * found;
    AlignedBuffer<float> actual_pixels(size + 16), expected_pixels(size + 16);
    kernels_.read_blocks(pointers.data(), depth, actual.data(), found, actual_pixels.data());
    kReference.read_blocks(pointers.data(), depth, actual.data(), found, expected_pixels.data());
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(actual_pixels[i], expected_pixels[i]);
  }
}

TEST_P(ElementwiseTest, Relu) {
  const auto in = Random(240);
  AlignedBuffer<float> actual(240), expected(240);
  kernels_.relu(in.data(), 240, actual.data());
  kReference.relu(in.data(), 240, expected.data());
  ExpectSame(actual, expected);
}

TEST_P(ElementwiseTest, TransposeBlocks) {
  for (int blocks = 1; blocks <= 4; ++blocks) {
    BlockTranspose transpose;
    transpose.in_stride = kPanel + blocks % 2 * 8;
    transpose.blocks = blocks;
    transpose.block_stride = 3 * kPanel * kPanel;
    transpose.out_stride = kPanel + blocks % 3 * 16;
    const auto in = Random(static_cast<std::size_t>(blocks * transpose.block_stride));
    AlignedBuffer<float> actual(static_cast<std::size_t>(blocks * kPanel * transpose.out_stride));
    auto expected = Copy(actual);
    transpose.in = in.data();
    transpose.out = actual.data();
    kernels_.transpose_blocks(transpose);
    transpose.out = expected.data();
    kReference.transpose_blocks(transpose);
    ExpectSame(actual, expected);
  }
}

TEST_P(ElementwiseTest, InterleaveFrames) {
  for (int depth = 1; depth <= 8; ++depth) {
    for (int pixels : {1, 15, 16, 30, 77, 8400}) {
      std::vector<std::vector<std::uint8_t>> frames(depth);
      std::vector<const std::uint8_t*> pointers;
      for (auto& frame : frames) {
        for (int i = 0; i < pixels; ++i) {
          frame.push_back(static_cast<std::uint8_t>(random_.Below(256)));
        }
        pointers.push_back(frame.data());
      }
      AlignedBuffer<float> actual(static_cast<std::size_t>(depth) * pixels);
      auto expected = Copy(actual);
      kernels_.interleave_frames(pointers.data(), depth, pixels, actual.data());
      kReference.interleave_frames(pointers.data(), depth, pixels, expected.data());
      ExpectSame(actual, expected);
    }
  }
}

TEST_P(ElementwiseTest, MaskGradient) {
  auto activation = Random(240);
  for (std::size_t i = 0; i < activation.size(); i += 3) activation[i] = 0.0f;
  auto actual = Random(240);
  auto expected = Copy(actual);
  kernels_.mask_gradient(activation.data(), 240, actual.data());
  kReference.mask_gradient(activation.data(), 240, expected.data());
  ExpectSame(actual, expected);
}

TEST_P(ElementwiseTest, SumRows) {
  for (int rows = 1; rows <= 9; ++rows) {
    const auto a = Random(static_cast<std::size_t>(rows) * 64);
    auto actual = Random(48);
    auto expected = Copy(actual);
    kernels_.sum_rows(a.data(), rows, 64, 48, rows % 2 == 0, actual.data());
    kReference.sum_rows(a.data(), rows, 64, 48, rows % 2 == 0, expected.data());
    ExpectSame(actual, expected);
  }
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(ElementwiseTest);

}  // namespace
}  // namespace arcadeq::kernels
