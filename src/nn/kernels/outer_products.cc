#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/outer_products.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/kernels/step-inl.h"
#include "nn/kernels/tiles-inl.h"
#include "nn/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

// A tile of an outer product: kRows rows from first_k on of kPanels panels, as sums in registers.
template <int kPanels>
struct OuterTile {
  static constexpr int kColumns = kPanels * kVectors;

  // Where vector j of row i lies, counted from the product's w.
  static HWY_INLINE std::ptrdiff_t Offset(const OuterProduct& s, int panel, int row, int j) {
    return (panel + j / kVectors) * s.panel_stride + row * kPanel + (j % kVectors) * kLanes;
  }

  template <bool kListed, int kRows>
  static HWY_INLINE void Add(const OuterProduct& s, int panel, int first_k,
                             V (&sum)[kRows][kColumns]) {
    const D d;
    for (int y = 0; y < s.height; ++y) {
      const float* a = s.a + y * s.a_y_stride + first_k;
      const float* row = s.b + y * s.b_y_stride + panel * kPanel;
      for (int x = 0; x < s.width; ++x) {
        const float* b = row + (kListed ? s.b_offsets[x] : x * s.b_x_stride);
        V columns[kColumns];
        ARCADEQ_UNROLL
        for (int j = 0; j < kColumns; ++j) {
          columns[j] = hn::LoadU(d, b + j * kLanes);
          KeepVector(columns[j]);
        }
        ARCADEQ_UNROLL
        for (int i = 0; i < kRows; ++i) {
          V value = hn::Set(d, a[i]);
          if (kColumns > 1) KeepVector(value);
          ARCADEQ_UNROLL
          for (int j = 0; j < kColumns; ++j) {
            sum[i][j] = hn::MulAdd(value, columns[j], sum[i][j]);
            KeepVector(sum[i][j]);
          }
        }
        a += s.a_x_stride;
      }
    }
  }
};

template <int kPanels, bool kListed>
struct AddTiles {
  using OuterTile = HWY_NAMESPACE::OuterTile<kPanels>;
  static constexpr int kColumns = OuterTile::kColumns;
  const OuterProduct& s;
  int panel;

  template <int kRows>
  HWY_NOINLINE void Tile(int first_k) const {
    const D d;
    V sum[kRows][kColumns];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        sum[i][j] = s.accumulate ? hn::LoadU(d, s.w + OuterTile::Offset(s, panel, first_k + i, j))
                                 : hn::Zero(d);
      }
    }
    OuterTile::template Add<kListed>(s, panel, first_k, sum);
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        hn::StoreU(sum[i][j], d, s.w + OuterTile::Offset(s, panel, first_k + i, j));
      }
    }
  }
};

template <bool kListed>
void AddAllTiles(const OuterProduct& s) {
  ForPanels<kOuterRows>(s.panels, [&]<int kPanels, int kRows>(int panel) HWY_ATTR {
    VisitTiles<kRows>(AddTiles<kPanels, kListed>{s, panel}, s.k);
  });
}

void AddOuterProducts(const OuterProduct& s) {
  if (s.b_offsets != nullptr) {
    AddAllTiles<true>(s);
  } else {
    AddAllTiles<false>(s);
  }
}

template <int kPanels, class Rule>
struct StepTiles {
  using OuterTile = HWY_NAMESPACE::OuterTile<kPanels>;
  static constexpr int kColumns = OuterTile::kColumns;
  const OuterProduct& s;
  const ParameterStep& step;
  const Rule& rule;
  float* squares;
  int panel;

  template <int kRows>
  HWY_NOINLINE void Tile(int first_k) const {
    const D d;
    V sum[kRows][kColumns];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) sum[i][j] = hn::Zero(d);
    }
    // The next tile's parameters and moments come from memory meanwhile, a few at a time: there are
    // more of them than the processor can wait for at once.
    OuterProduct part = s;
    for (int i = 0; i < kRows; ++i) {
      PrefetchRow(first_k + kRows + i);
      const int first = s.width * i / kRows;
      part.width = s.width * (i + 1) / kRows - first;
      part.a = s.a + first * s.a_x_stride;
      part.b = s.b + first * s.b_x_stride;
      OuterTile::template Add<false>(part, panel, first_k, sum);
    }

    const V tau = hn::Set(d, step.tau);
    ARCADEQ_UNROLL
    for (int p = 0; p < kPanels; ++p) {
      const std::ptrdiff_t at = OuterTile::Offset(s, panel + p, first_k, 0);
      float* const parameters = step.parameters + at;
      float* const mean = step.mean + at;
      float* const square = step.square + at;
      float* const target = step.target == nullptr ? nullptr : step.target + at;
      ARCADEQ_UNROLL
      for (int j = 0; j < kVectors; ++j) {
        float* const column_squares = squares + (panel + p) * kPanel + j * kLanes;
        V total = hn::LoadU(d, column_squares);
        ARCADEQ_UNROLL
        for (int i = 0; i < kRows; ++i) {
          const V g = sum[i][p * kVectors + j];
          total = hn::MulAdd(g, g, total);
          const int o = i * kPanel + j * kLanes;
          const V stepped = rule.Step(g, parameters + o, mean + o, square + o);
          if (target != nullptr) BlendVector(stepped, tau, target + o);
        }
        hn::StoreU(total, d, column_squares);
      }
    }
  }

  HWY_INLINE void PrefetchRow(int k) const {
    ARCADEQ_UNROLL
    for (int p = 0; p < kPanels; ++p) {
      const std::ptrdiff_t at = OuterTile::Offset(s, panel + p, k, 0);
      hwy::Prefetch(step.parameters + at);
      hwy::Prefetch(step.mean + at);
      hwy::Prefetch(step.square + at);
      if (step.target != nullptr) hwy::Prefetch(step.target + at);
    }
  }
};

template <class Rule>
void StepAllTiles(const OuterProduct& s, const ParameterStep& step, const Rule& rule,
                  float* squares) {
  ForPanels<kOuterRows>(s.panels, [&]<int kPanels, int kRows>(int panel) HWY_ATTR {
    VisitTiles<kRows>(StepTiles<kPanels, Rule>{s, step, rule, squares, panel}, s.k);
  });
}

void StepOuterProducts(const OuterProduct& s, const ParameterStep& step, float* squares) {
  if (step.rule == ParameterStep::Rule::kAdam) {
    StepAllTiles(s, step, AdamRule(step.adam), squares);
  } else {
    StepAllTiles(s, step, RmsPropRule(step.rms_prop), squares);
  }
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(AddOuterProducts);
HWY_EXPORT(StepOuterProducts);

void AddOuterProducts(const OuterProduct& product) {
  HWY_DYNAMIC_DISPATCH(AddOuterProducts)(product);
}

void StepOuterProducts(const OuterProduct& product, const ParameterStep& step, float* squares) {
  HWY_DYNAMIC_DISPATCH(StepOuterProducts)(product, step, squares);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
