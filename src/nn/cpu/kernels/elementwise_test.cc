#include <vector>

#include "nn/kernels/kernel_test.h"

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
    std::vector<std::int32_t> fast(kBlocks + 16), plain(kBlocks);
    const int found = FindBlocks(pointers.data(), depth, 21, 21, 3, 42, fast.data());
    ASSERT_EQ(found, reference::FindBlocks(pointers.data(), depth, 21, 21, 3, 42, plain.data()));
    ASSERT_GT(found, 0);
    ASSERT_LT(found, 63);
    fast.resize(found);
    plain.resize(found);
    EXPECT_EQ(fast, plain);
    const std::size_t size = std::size_t{4} * depth * found;
    AlignedBuffer<float> fast_pixels(size + 16), plain_pixels(size + 16);
    ReadBlocks(pointers.data(), depth, fast.data(), found, fast_pixels.data());
    reference::ReadBlocks(pointers.data(), depth, fast.data(), found, plain_pixels.data());
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(fast_pixels[i], plain_pixels[i]);
  }
}

TEST_P(ElementwiseTest, Relu) {
  const auto in = Random(240);
  AlignedBuffer<float> fast(240), plain(240);
  Relu(in.data(), 240, fast.data());
  reference::Relu(in.data(), 240, plain.data());
  ExpectSame(fast, plain);
}

TEST_P(ElementwiseTest, TransposeBlocks) {
  for (int blocks = 1; blocks <= 4; ++blocks) {
    BlockTranspose transpose;
    transpose.in_stride = kPanel + blocks % 2 * 8;
    transpose.blocks = blocks;
    transpose.block_stride = 3 * kPanel * kPanel;
    transpose.out_stride = kPanel + blocks % 3 * 16;
    const auto in = Random(static_cast<std::size_t>(blocks * transpose.block_stride));
    AlignedBuffer<float> fast(static_cast<std::size_t>(blocks * kPanel * transpose.out_stride));
    auto plain = Copy(fast);
    transpose.in = in.data();
    transpose.out = fast.data();
    TransposeBlocks(transpose);
    transpose.out = plain.data();
    reference::TransposeBlocks(transpose);
    ExpectSame(fast, plain);
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
      AlignedBuffer<float> fast(static_cast<std::size_t>(depth) * pixels);
      auto plain = Copy(fast);
      InterleaveFrames(pointers.data(), depth, pixels, fast.data());
      reference::InterleaveFrames(pointers.data(), depth, pixels, plain.data());
      ExpectSame(fast, plain);
    }
  }
}

TEST_P(ElementwiseTest, MaskGradient) {
  auto activation = Random(240);
  for (std::size_t i = 0; i < activation.size(); i += 3) activation[i] = 0.0f;
  auto fast = Random(240);
  auto plain = Copy(fast);
  MaskGradient(activation.data(), 240, fast.data());
  reference::MaskGradient(activation.data(), 240, plain.data());
  ExpectSame(fast, plain);
}

TEST_P(ElementwiseTest, SumRows) {
  for (int rows = 1; rows <= 9; ++rows) {
    const auto a = Random(static_cast<std::size_t>(rows) * 64);
    auto fast = Random(48);
    auto plain = Copy(fast);
    SumRows(a.data(), rows, 64, 48, rows % 2 == 0, fast.data());
    reference::SumRows(a.data(), rows, 64, 48, rows % 2 == 0, plain.data());
    ExpectSame(fast, plain);
  }
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(ElementwiseTest);

}  // namespace
}  // namespace arcadeq::kernels
