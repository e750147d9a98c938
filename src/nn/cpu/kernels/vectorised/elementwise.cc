#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/vectorised/vectorised.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels/vectorised/elementwise.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR
// The transpose of a 4x4 block, in vectors of four.
HWY_INLINE void TransposeSmall(const float* from, std::ptrdiff_t from_stride, float* to,
                               std::ptrdiff_t to_stride) {
  const hn::FixedTag<float, 4> d;
  const auto row0 = hn::LoadU(d, from);
  const auto row1 = hn::LoadU(d, from + from_stride);
  const auto row2 = hn::LoadU(d, from + 2 * from_stride);
  const auto row3 = hn::LoadU(d, from + 3 * from_stride);
  const auto even_lower = hn::InterleaveLower(d, row0, row2);
  const auto even_upper = hn::InterleaveUpper(d, row0, row2);
  const auto odd_lower = hn::InterleaveLower(d, row1, row3);
  const auto odd_upper = hn::InterleaveUpper(d, row1, row3);
  hn::StoreU(hn::InterleaveLower(d, even_lower, odd_lower), d, to);
  hn::StoreU(hn::InterleaveUpper(d, even_lower, odd_lower), d, to + to_stride);
  hn::StoreU(hn::InterleaveLower(d, even_upper, odd_upper), d, to + 2 * to_stride);
  hn::StoreU(hn::InterleaveUpper(d, even_upper, odd_upper), d, to + 3 * to_stride);
}
constexpr int kSmall = 4;
#else
HWY_INLINE void TransposeSmall(const float* from, std::ptrdiff_t, float* to, std::ptrdiff_t) {
  *to = *from;
}
constexpr int kSmall = 1;
#endif

void TransposeBlocks(const BlockTranspose& s) {
  for (int b = 0; b < s.blocks; ++b) {
    const float* in = s.in + b * s.block_stride;
    float* out = s.out + b * kPanel * s.out_stride;
    for (int k = 0; k < kPanel; k += kSmall) {
      for (int j = 0; j < kPanel; j += kSmall) {
        TransposeSmall(in + k * s.in_stride + j, s.in_stride, out + j * s.out_stride + k,
                       s.out_stride);
      }
    }
  }
}

HWY_INLINE V LoadPixels(const std::uint8_t* pixels) {
  const D d;
  const hn::Rebind<std::uint8_t, D> bytes;
  const hn::Rebind<std::int32_t, D> integers;
  const V values = hn::ConvertTo(d, hn::PromoteTo(integers, hn::LoadU(bytes, pixels)));
  return hn::Mul(values, hn::Set(d, 1.0f / 255.0f));
}

void InterleaveFrames(const std::uint8_t* const* frames, int depth, int pixels, float* out) {
  const D d;
  int i = 0;
  if (depth <= 4) {
    for (; i + kLanes <= pixels; i += kLanes) {
      float* to = out + static_cast<std::ptrdiff_t>(i) * depth;
      switch (depth) {
        case 1:
          hn::StoreU(LoadPixels(frames[0] + i), d, to);
          break;
        case 2:
          hn::StoreInterleaved2(LoadPixels(frames[0] + i), LoadPixels(frames[1] + i), d, to);
          break;
        case 3:
          hn::StoreInterleaved3(LoadPixels(frames[0] + i), LoadPixels(frames[1] + i),
                                LoadPixels(frames[2] + i), d, to);
          break;
        default:
          hn::StoreInterleaved4(LoadPixels(frames[0] + i), LoadPixels(frames[1] + i),
                                LoadPixels(frames[2] + i), LoadPixels(frames[3] + i), d, to);
      }
    }
  }
  for (; i < pixels; ++i) {
    for (int f = 0; f < depth; ++f) {
      out[static_cast<std::ptrdiff_t>(i) * depth + f] =
          static_cast<float>(frames[f][i]) * (1.0f / 255.0f);
    }
  }
}

int FindBlocks(const std::uint8_t* const* frames, int depth, int first, int count, int rows,
               int stride, std::int32_t* blocks) {
  const hn::CappedTag<std::int32_t, kPanel> d;
  const std::int32_t* words[kMaxBlockDepth];
  for (int f = 0; f < depth; ++f) words[f] = reinterpret_cast<const std::int32_t*>(frames[f]);
  std::size_t found = 0;
  for (int row = 0; row < rows; ++row, first += stride) {
    const int end = first + count;
    int block = first;
    for (; block < end && count >= kLanes; block += kLanes) {
      // A row's last vector may overlap the one before: the shift drops what that one has listed.
      const int start = std::min(block, end - kLanes);
      auto any = hn::LoadU(d, words[0] + start);
      for (int f = 1; f < depth; ++f) any = hn::Or(any, hn::LoadU(d, words[f] + start));
      // Not by hn::Compress(): its AVX2 version copies a table to the stack in every call.
      std::uint8_t bits[8] = {};  // StoreMaskBits() may write 8, but sets one bit a lane
      hn::StoreMaskBits(d, hn::Ne(any, hn::Zero(d)), bits);
      std::uint32_t nonzero;
      std::memcpy(&nonzero, bits, sizeof nonzero);
      for (nonzero >>= block - start; nonzero != 0; nonzero &= nonzero - 1) {
        blocks[found++] = block + std::countr_zero(nonzero);
      }
    }
    for (; block < end; ++block) {
      std::int32_t any = words[0][block];
      for (int f = 1; f < depth; ++f) any |= words[f][block];
      blocks[found] = block;
      found += any != 0;
    }
  }
  return static_cast<int>(found);
}

void ReadBlocks(const std::uint8_t* const* frames, int depth, const std::int32_t* blocks, int count,
                float* out) {
  // From [frame][pixel] to [pixel][frame].
  alignas(16) std::uint8_t order[16] = {};
  for (int i = 0; i < 4 * depth; ++i) {
    order[i] = static_cast<std::uint8_t>(i % depth * 4 + i / depth);
  }
  for (int b = 0; b < count; ++b, out += 4 * depth) {
    std::uint64_t words[kMaxBlockDepth] = {};
    for (int f = 0; f < depth; ++f) {
      std::uint32_t word;
      std::memcpy(&word, frames[f] + std::ptrdiff_t{4} * blocks[b], sizeof word);
      words[f] = word;
    }
    alignas(16) std::uint8_t pixels[16];
#if HWY_TARGET == HWY_SCALAR
    for (int i = 0; i < 4 * depth; ++i) {
      pixels[i] = static_cast<std::uint8_t>(words[order[i] / 4] >> (order[i] % 4 * 8));
    }
#else
    const hn::FixedTag<std::uint64_t, 2> halves;
    const hn::FixedTag<std::uint8_t, 16> bytes;
    const auto all = hn::InterleaveLower(halves, hn::Set(halves, words[0] | words[1] << 32),
                                         hn::Set(halves, words[2] | words[3] << 32));
    hn::Store(hn::TableLookupBytes(hn::BitCast(bytes, all), hn::Load(bytes, order)), bytes, pixels);
#endif
    for (int i = 0; i < 4 * depth; i += kLanes) hn::StoreU(LoadPixels(pixels + i), D(), out + i);
  }
}

void Relu(const float* in, int n, float* out) {
  const D d;
  for (int i = 0; i < n; i += kLanes) {
    hn::StoreU(hn::Max(hn::LoadU(d, in + i), hn::Zero(d)), d, out + i);
  }
}

void MaskGradient(const float* out, int n, float* gradient) {
  const D d;
  for (int i = 0; i < n; i += kLanes) {
    const auto positive = hn::Gt(hn::LoadU(d, out + i), hn::Zero(d));
    hn::StoreU(hn::IfThenElseZero(positive, hn::LoadU(d, gradient + i)), d, gradient + i);
  }
}

void SumRows(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
             float* sums) {
  const D d;
  for (int j = 0; j < columns; j += kLanes) {
    V sum = accumulate ? hn::LoadU(d, sums + j) : hn::Zero(d);
    for (int i = 0; i < rows; ++i) sum = hn::Add(sum, hn::LoadU(d, a + i * stride + j));
    hn::StoreU(sum, d, sums + j);
  }
}

void SetElementwise(Kernels& kernels) {
  kernels.transpose_blocks = TransposeBlocks;
  kernels.interleave_frames = InterleaveFrames;
  kernels.find_blocks = FindBlocks;
  kernels.read_blocks = ReadBlocks;
  kernels.relu = Relu;
  kernels.mask_gradient = MaskGradient;
  kernels.sum_rows = SumRows;
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SetElementwise);
void SetElementwise(Kernels& kernels) {
  HWY_DYNAMIC_DISPATCH(SetElementwise)(kernels);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
