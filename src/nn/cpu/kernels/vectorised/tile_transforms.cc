#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/tile_maps.h"
#include "nn/cpu/kernels/vectorised/vectorised.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels/vectorised/tile_transforms.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

// The sum of the first kTerms terms of row kRow of a map, times x. Terms in which the map is 0 are
// left out, as are multiplications by 1.
template <const auto& kMap, int kRow, int kTerms>
struct MapRow {
  static constexpr float kFactor = kMap[kRow][kTerms - 1];
  using Before = MapRow<kMap, kRow, kTerms - 1>;
  static constexpr bool kEmpty = Before::kEmpty && kFactor == 0.0f;

  static HWY_INLINE V Sum(const V* x) {
    const V& last = x[kTerms - 1];
    if constexpr (kFactor == 0.0f) {
      return Before::Sum(x);
    } else if constexpr (Before::kEmpty) {
      return Term(last);
    } else if constexpr (kFactor == -1.0f) {
      return hn::Sub(Before::Sum(x), last);
    } else {
      return hn::Add(Before::Sum(x), Term(last));
    }
  }

 private:
  static HWY_INLINE V Term(V x) {
    if constexpr (kFactor == 1.0f) return x;
    if constexpr (kFactor == -1.0f) return hn::Neg(x);
    return hn::Mul(hn::Set(D(), kFactor), x);
  }
};

template <const auto& kMap, int kRow>
struct MapRow<kMap, kRow, 0> {
  static constexpr bool kEmpty = true;
  static HWY_INLINE V Sum(const V*) { return hn::Zero(D()); }
};

// out[kRow * step] = row kRow of the map times x, for this row and those after it.
template <const auto& kMap, int kRow = 0>
HWY_INLINE void MultiplyRows(const V* x, V* out, int step) {
  out[kRow * step] = MapRow<kMap, kRow, static_cast<int>(kMap[0].size())>::Sum(x);
  if constexpr (kRow + 1 < kMap.size()) MultiplyRows<kMap, kRow + 1>(x, out, step);
}

// kWhole: all entries of both matrices exist.
template <const auto& kMap, bool kWhole>
void TransformBy(const TileTransform& s) {
  constexpr int kOuts = static_cast<int>(kMap.size()), kIns = static_cast<int>(kMap[0].size());
  const D d;
  const V zero = hn::Zero(d);
  for (int element = 0; element < s.n; element += kLanes) {
    V half[kOuts * kIns];  // [row of out][column of in]
    ARCADEQ_UNROLL
    for (int x = 0; x < kIns; ++x) {
      V column[kIns];
      ARCADEQ_UNROLL
      for (int y = 0; y < kIns; ++y) {
        const float* in = s.in + y * s.in_y_stride + x * s.in_x_stride + element;
        column[y] = kWhole || (y < s.in_height && x < s.in_width) ? hn::LoadU(d, in) : zero;
      }
      MultiplyRows<kMap>(column, half + x, kIns);
    }
    ARCADEQ_UNROLL
    for (int y = 0; y < kOuts; ++y) {
      V row[kOuts];
      MultiplyRows<kMap>(half + y * kIns, row, 1);
      ARCADEQ_UNROLL
      for (int x = 0; x < kOuts; ++x) {
        if (!kWhole && (y >= s.out_height || x >= s.out_width)) continue;
        float* out = s.out + y * s.out_y_stride + x * s.out_x_stride + element;
        V sum = row[x];
        if (s.accumulate) sum = hn::Add(hn::LoadU(d, out), sum);
        if (s.finish == Finish::kRelu) sum = hn::Max(sum, zero);
        hn::StoreU(sum, d, out);
      }
    }
  }
}

template <const auto& kMap>
void Transform(const TileTransform& s) {
  constexpr int kOuts = static_cast<int>(kMap.size()), kIns = static_cast<int>(kMap[0].size());
  if (s.in_height >= kIns && s.in_width >= kIns && s.out_height >= kOuts && s.out_width >= kOuts) {
    TransformBy<kMap, true>(s);
  } else {
    TransformBy<kMap, false>(s);
  }
}

void TransformTile(const TileTransform& s) {
  WithTileMatrix(
      s.map, [&]<const auto & kMap>() HWY_ATTR { Transform<kMap>(s); });
}

void SetTileTransforms(Kernels& kernels) {
  kernels.transform_tile = TransformTile;
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SetTileTransforms);
void SetTileTransforms(Kernels& kernels) {
  HWY_DYNAMIC_DISPATCH(SetTileTransforms)(kernels);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
