#include <algorithm>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/vectorised/vectorised.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels/vectorised/normalisation.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/vector-inl.h"

// A lambda must be inlined for the sums that it adds to, to stay in registers.
#undef ARCADEQ_INLINE_LAMBDA
#define ARCADEQ_INLINE_LAMBDA HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

constexpr int kChainVectors = kNormChains / kLanes;

// Calls visit(first element, first chain / kLanes) for each vector of a row, which has kPanels
// panels, or any length if kPanels is 0.
template <int kPanels, class Visit>
HWY_INLINE void VisitRow(int length, const Visit& visit) {
  if constexpr (kPanels > 0) {
    ARCADEQ_UNROLL
    for (int j = 0; j < kPanels * kVectors; ++j) visit(j * kLanes, j);
  } else {
    int i = 0;
    for (; i + kNormChains <= length; i += kNormChains) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kChainVectors; ++j) visit(i + j * kLanes, j);
    }
    const int end = RoundUpToPanel(length);
    ARCADEQ_UNROLL
    for (int j = 0; j < kChainVectors; ++j) {
      if (i + j * kLanes < end) visit(i + j * kLanes, j);
    }
  }
}

// The sums of a row in kNormChains chains; a row of kPanels panels uses only the first of them.
template <int kPanels>
struct Chains {
  static constexpr int kUsed = kPanels > 0 ? kPanels* kVectors : kChainVectors;

  HWY_INLINE Chains() {
    ARCADEQ_UNROLL
    for (int j = 0; j < kUsed; ++j) sums[j] = hn::Zero(D());
  }

  // The sum of all chains: adds the upper half to the lower until a single vector is left.
  template <int kLeft = kUsed, int kHalf = kChainVectors / 2>
  HWY_INLINE float Fold() {
    if constexpr (kHalf == 0) {
      return FoldLanes(D(), sums[0]);
    } else {
      ARCADEQ_UNROLL
      for (int j = 0; kHalf + j < kLeft; ++j) sums[j] = hn::Add(sums[j], sums[kHalf + j]);
      return Fold<std::min(kLeft, kHalf), kHalf / 2>();
    }
  }

  template <class DX>
  static HWY_INLINE float FoldLanes(DX d, hn::Vec<DX> v) {
    (void)d;
#if HWY_TARGET != HWY_SCALAR
    if constexpr (hn::MaxLanes(DX()) > 4) {
      const hn::Half<DX> half;
      return FoldLanes(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    } else {
      v = hn::Add(v, hn::Shuffle1032(v));
      v = hn::Add(v, hn::Shuffle2301(v));
    }
#endif
    return hn::GetLane(v);
  }

  V sums[kUsed];
};

// v with the padding zeroed; v is the vector of a row that begins at `at`.
template <int kPanels>
HWY_INLINE V WithoutPadding(int length, int at, V v) {
  if (kPanels > 0 || at + kLanes <= length) return v;
  return hn::IfThenElseZero(hn::FirstN(D(), std::max(length - at, 0)), v);
}

// The statistics that normalise a row.
struct RowStatistics {
  HWY_INLINE V Normalise(V v) const { return hn::Mul(hn::Sub(v, mean), deviation); }

  V mean, deviation;  // in all lanes
};

template <int kPanels>
HWY_INLINE RowStatistics StatisticsOf(const RowNorm& s, float scale, const float* row) {
  const D d;
  Chains<kPanels> values, squares;
  VisitRow<kPanels>(s.length, [&](int at, int j) ARCADEQ_INLINE_LAMBDA {
    values.sums[j] = hn::Add(values.sums[j], hn::LoadU(d, row + at));
  });
  const V mean = hn::Set(d, values.Fold() * scale);
  VisitRow<kPanels>(s.length, [&](int at, int j) ARCADEQ_INLINE_LAMBDA {
    const V x = WithoutPadding<kPanels>(s.length, at, hn::Sub(hn::LoadU(d, row + at), mean));
    squares.sums[j] = hn::MulAdd(x, x, squares.sums[j]);
  });
  const hn::FixedTag<float, 1> d1;
  const auto variance =
      hn::MulAdd(hn::Set(d1, squares.Fold()), hn::Set(d1, scale), hn::Set(d1, s.epsilon));
  const float deviation = hn::GetLane(hn::Div(hn::Set(d1, 1.0f), hn::Sqrt(variance)));
  return {mean, hn::Set(d, deviation)};
}

template <int kPanels>
void NormaliseAll(const RowNorm& s, const float* in, float* out) {
  const D d;
  const float scale = 1.0f / static_cast<float>(s.length);
  for (int row = 0; row < s.rows; ++row, in += s.stride, out += s.stride) {
    const RowStatistics statistics = StatisticsOf<kPanels>(s, scale, in);
    VisitRow<kPanels>(s.length, [&](int at, int) ARCADEQ_INLINE_LAMBDA {
      const V x = statistics.Normalise(hn::LoadU(d, in + at));
      V y = hn::MulAdd(x, hn::LoadU(d, s.weight + at), hn::LoadU(d, s.bias + at));
      if (s.finish == Finish::kRelu) y = hn::Max(y, hn::Zero(d));
      hn::StoreU(y, d, out + at);
    });
  }
}

template <int kPanels>
void NormaliseAllBackward(const RowNorm& s, const float* in, const float* d_out, float* d_in,
                          float* d_weight, float* d_bias) {
  const D d;
  const float scale = 1.0f / static_cast<float>(s.length);
  for (int row = 0; row < s.rows; ++row, in += s.stride, d_out += s.stride, d_in += s.stride) {
    const RowStatistics statistics = StatisticsOf<kPanels>(s, scale, in);
    // Of the gradient of x, which is d_out * weight, and of its product with x.
    Chains<kPanels> values, products;
    VisitRow<kPanels>(s.length, [&](int at, int j) ARCADEQ_INLINE_LAMBDA {
      const V x = statistics.Normalise(hn::LoadU(d, in + at));
      const V g = hn::LoadU(d, d_out + at);
      const V d_x = hn::Mul(g, hn::LoadU(d, s.weight + at));
      values.sums[j] = hn::Add(values.sums[j], d_x);
      products.sums[j] = hn::MulAdd(d_x, x, products.sums[j]);
      hn::StoreU(hn::MulAdd(g, x, hn::LoadU(d, d_weight + at)), d, d_weight + at);
      hn::StoreU(hn::Add(hn::LoadU(d, d_bias + at), g), d, d_bias + at);
    });
    const V mean_d_x = hn::Set(d, values.Fold() * scale);
    const V mean_product = hn::Set(d, products.Fold() * scale);
    VisitRow<kPanels>(s.length, [&](int at, int) ARCADEQ_INLINE_LAMBDA {
      const V x = statistics.Normalise(hn::LoadU(d, in + at));
      const V d_x = hn::Mul(hn::LoadU(d, d_out + at), hn::LoadU(d, s.weight + at));
      const V change = hn::NegMulAdd(mean_product, x, hn::Sub(d_x, mean_d_x));
      const V result = hn::Mul(statistics.deviation, change);
      hn::StoreU(WithoutPadding<kPanels>(s.length, at, result), d, d_in + at);
    });
  }
}

// Calls visit.operator()<panels>() with the number of panels if rows are short and have no padding.
template <class Visit>
HWY_INLINE void WithPanels(int length, const Visit& visit) {
  switch (length) {
    case kPanel:
      return visit.template operator()<1>();
    case 2 * kPanel:
      return visit.template operator()<2>();
    case 4 * kPanel:
      return visit.template operator()<4>();
    default:
      return visit.template operator()<0>();
  }
}

void NormaliseRows(const RowNorm& s, const float* in, float* out) {
  WithPanels(s.length, [&]<int kPanels>() HWY_ATTR { NormaliseAll<kPanels>(s, in, out); });
}

void NormaliseRowsBackward(const RowNorm& s, const float* in, const float* d_out, float* d_in,
                           float* d_weight, float* d_bias) {
  WithPanels(s.length, [&]<int kPanels>() HWY_ATTR {
    NormaliseAllBackward<kPanels>(s, in, d_out, d_in, d_weight, d_bias);
  });
}

void SetNormalisation(Kernels& kernels) {
  kernels.normalise_rows = NormaliseRows;
  kernels.normalise_rows_backward = NormaliseRowsBackward;
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SetNormalisation);
void SetNormalisation(Kernels& kernels) {
  HWY_DYNAMIC_DISPATCH(SetNormalisation)(kernels);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
