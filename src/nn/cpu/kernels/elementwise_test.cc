#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/testing/kernel_test.h"

namespace arcadeq::kernels {
namespace {

class ElementwiseTest : public KernelTest {
 protected:
  // `depth` frames of `blocks` blocks of 4 pixels; at most `nonzero` pixels of each are not 0.
  std::vector<AlignedBuffer<std::uint8_t>> Frames(int depth, int blocks, int nonzero) {
    std::vector<AlignedBuffer<std::uint8_t>> frames;
    for (int f = 0; f < depth; ++f) {
      auto& frame = frames.emplace_back(std::size_t{4} * blocks);
      for (int i = 0; i < nonzero; ++i) {
        frame[random_.Below(frame.size())] = static_cast<std::uint8_t>(random_.Below(256));
      }
    }
    return frames;
  }

  static std::vector<const std::uint8_t*> Pointers(
      const std::vector<AlignedBuffer<std::uint8_t>>& frames) {
    std::vector<const std::uint8_t*> pointers;
    for (const auto& frame : frames) pointers.push_back(frame.data());
    return pointers;
  }
};

// Every second row of frames, with rows of fewer blocks than any vector has lanes, and of more.
TEST_P(ElementwiseTest, FindsBlocks) {
  constexpr int kRows = 3;
  for (int depth = 1; depth <= kMaxBlockDepth; ++depth) {
    for (int count = 1; count <= 2 * kPanel + 1; ++count) {
      for (const int nonzero : {0, 2 * count, 40 * count}) {
        const auto frames = Frames(depth, 2 * kRows * count, nonzero);
        const int room = kRows * count;
        constexpr std::int32_t kUntouched = -1;
        std::vector<std::int32_t> actual(room + 1, kUntouched), expected(room);
        const int found = kernels_.find_blocks(Pointers(frames).data(), depth, count, count, kRows,
                                               2 * count, actual.data());
        EXPECT_EQ(actual.back(), kUntouched);
        actual.resize(found);
        expected.resize(kReference.find_blocks(Pointers(frames).data(), depth, count, count, kRows,
                                               2 * count, expected.data()));
        EXPECT_EQ(actual, expected) << depth << " frames, rows of " << count;
        if (nonzero != 2 * count) {
          EXPECT_EQ(found > 0, nonzero > 0);
        }
      }
    }
  }
}

TEST_P(ElementwiseTest, ReadsBlocks) {
  const std::vector<std::int32_t> blocks = {0, 3, 4, 20, 77, 125};
  for (int depth = 1; depth <= kMaxBlockDepth; ++depth) {
    const auto frames = Frames(depth, 126, 400);
    const std::size_t size = std::size_t{4} * depth * blocks.size();
    AlignedBuffer<float> actual(size + 16), expected(size + 16);
    kernels_.read_blocks(Pointers(frames).data(), depth, blocks.data(),
                         static_cast<int>(blocks.size()), actual.data());
    kReference.read_blocks(Pointers(frames).data(), depth, blocks.data(),
                           static_cast<int>(blocks.size()), expected.data());
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(actual[i], expected[i]);
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
