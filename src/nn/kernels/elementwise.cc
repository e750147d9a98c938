#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/elementwise.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR
// The transpose of a 4x4 block, in vectors of four.
HWY_INLINE void TransposeBlock(const float* from, float* to) {
  const hn::FixedTag<float, 4> d;
  const auto row0 = hn::LoadU(d, from);
  const auto row1 = hn::LoadU(d, from + kPanel);
  const auto row2 = hn::LoadU(d, from + 2 * kPanel);
  const auto row3 = hn::LoadU(d, from + 3 * kPanel);
  const auto even_lower = hn::InterleaveLower(d, row0, row2);
  const auto even_upper = hn::InterleaveUpper(d, row0, row2);
  const auto odd_lower = hn::InterleaveLower(d, row1, row3);
  const auto odd_upper = hn::InterleaveUpper(d, row1, row3);
  hn::StoreU(hn::InterleaveLower(d, even_lower, odd_lower), d, to);
  hn::StoreU(hn::InterleaveUpper(d, even_lower, odd_lower), d, to + kPanel);
  hn::StoreU(hn::InterleaveLower(d, even_upper, odd_upper), d, to + 2 * kPanel);
  hn::StoreU(hn::InterleaveUpper(d, even_upper, odd_upper), d, to + 3 * kPanel);
}
constexpr int kBlock = 4;
#else
HWY_INLINE void TransposeBlock(const float* from, float* to) {
  *to = *from;
}
constexpr int kBlock = 1;
#endif

void TransposePanels(const float* w, int panels, std::ptrdiff_t panel_stride, float* out) {
  for (int p = 0; p < panels; ++p, w += panel_stride, out += kPanel * kPanel) {
    for (int k = 0; k < kPanel; k += kBlock) {
      for (int j = 0; j < kPanel; j += kBlock) {
        TransposeBlock(w + k * kPanel + j, out + j * kPanel + k);
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

void MaskGradient(const float* activation, int n, float* gradient) {
  const D d;
  for (int i = 0; i < n; i += kLanes) {
    const auto positive = hn::Gt(hn::LoadU(d, activation + i), hn::Zero(d));
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

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(TransposePanels);
HWY_EXPORT(InterleaveFrames);
HWY_EXPORT(MaskGradient);
HWY_EXPORT(SumRows);

void TransposePanels(const float* w, int panels, std::ptrdiff_t panel_stride, float* out) {
  HWY_DYNAMIC_DISPATCH(TransposePanels)(w, panels, panel_stride, out);
}

void InterleaveFrames(const std::uint8_t* const* frames, int depth, int pixels, float* out) {
  HWY_DYNAMIC_DISPATCH(InterleaveFrames)(frames, depth, pixels, out);
}

void MaskGradient(const float* activation, int n, float* gradient) {
  HWY_DYNAMIC_DISPATCH(MaskGradient)(activation, n, gradient);
}

void SumRows(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
             float* sums) {
  HWY_DYNAMIC_DISPATCH(SumRows)(a, rows, stride, columns, accumulate, sums);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
