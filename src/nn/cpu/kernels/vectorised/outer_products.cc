#include <algorithm>
#include <cstddef>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/vectorised/vectorised.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels/vectorised/outer_products.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/step-inl.h"
#include "nn/cpu/kernels/vectorised/tiles-inl.h"
#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

// The offset of vector j in a tile's row, relative to the tile's first panel.
HWY_INLINE std::ptrdiff_t TileOffset(std::ptrdiff_t panel_stride, int row, int j) {
  return j / kVectors * panel_stride + row * kPanel + j % kVectors * kLanes;
}

// A tile of an outer product: kRows rows from first_k on, of kPanels panels, with the sums in
// registers.
template <int kPanels>
struct OuterTile {
  static constexpr int kColumns = kPanels * kVectors;

  // The same, relative to the product's w.
  static HWY_INLINE std::ptrdiff_t Offset(const OuterProduct& s, int panel, int row, int j) {
    return panel * s.panel_stride + TileOffset(s.panel_stride, row, j);
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

// A tile's gradient, waiting for the optimiser's step.
struct PendingTile {
  int first_k = 0;
  int rows = 0;
  HWY_ALIGN float gradient[std::max(kOuterRows, 2 * kPairRows) * kPanel];  // [row][panel][16]
};

// The locations of a tile's parameters and moments.
template <int kPanels>
struct StepRows {
  static constexpr int kColumns = kPanels * kVectors;
  float* parameters;
  float* mean;
  float* square;
  float* target;  // null: no blend
  std::ptrdiff_t panel_stride;

  HWY_INLINE void Prefetch(int row) const {
    ARCADEQ_UNROLL
    for (int p = 0; p < kPanels; ++p) {
      const std::ptrdiff_t at = TileOffset(panel_stride, row, p * kVectors);
      hwy::Prefetch(parameters + at);
      hwy::Prefetch(mean + at);
      hwy::Prefetch(square + at);
      if (target != nullptr) hwy::Prefetch(target + at);
    }
  }

  // Loads everything before it stores anything: panels and buffers are often a multiple of 4 KiB
  // apart, and a load at such a distance from an earlier store waits for it.
  template <class Rule>
  HWY_INLINE void Step(const Rule& rule, V tau, int row, const float* gradient) const {
    const D d;
    StepVectors vectors[kColumns];
    V targets[kColumns];
    ARCADEQ_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      const std::ptrdiff_t at = TileOffset(panel_stride, row, j);
      vectors[j].Load(parameters + at, mean + at, square + at);
      targets[j] = target != nullptr ? hn::LoadU(d, target + at) : hn::Zero(d);
    }
    ARCADEQ_UNROLL
    for (int j = 0; j < kColumns; ++j) rule.Step(hn::Load(d, gradient + j * kLanes), vectors[j]);
    ARCADEQ_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      const std::ptrdiff_t at = TileOffset(panel_stride, row, j);
      vectors[j].Store(parameters + at, mean + at, square + at);
      if (target != nullptr) {
        hn::StoreU(Blended(vectors[j].parameters, tau, targets[j]), d, target + at);
      }
    }
  }
};

// Takes a tile's step while the next tile's sums run, one row every few samples, so that the
// multiply-adds need not wait for the optimiser's divisions and roots, nor for memory.
template <int kPanels, class Rule>
struct StepTiles {
  using OuterTile = HWY_NAMESPACE::OuterTile<kPanels>;
  static constexpr int kColumns = OuterTile::kColumns;
  const OuterProduct& s;
  const ParameterStep& step;
  const Rule& rule;
  float* squares;
  int panel;
  PendingTile& pending;

  template <int kRows>
  HWY_NOINLINE void Tile(int first_k) const {
    const D d;
    V sum[kRows][kColumns];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) sum[i][j] = hn::Zero(d);
    }
    // Meanwhile, prefetch this tile's parameters and moments, a few at a time: there are more of
    // them than the processor can have in flight at once.
    const StepRows<kPanels> to_come = RowsFrom(first_k);
    const StepRows<kPanels> rows = RowsFrom(pending.first_k);
    OuterProduct part = s;
    for (int i = 0; i < kRows; ++i) {
      to_come.Prefetch(i);
      part.width = s.width * (i + 1) / kRows - s.width * i / kRows;
      OuterTile::template Add<false>(part, panel, first_k, sum);
      part.a += part.width * s.a_x_stride;
      part.b += part.width * s.b_x_stride;
      if (i < pending.rows) TakeStep(rows, i);
    }
    for (int i = kRows; i < pending.rows; ++i) TakeStep(rows, i);

    ARCADEQ_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      float* const column_squares = squares + panel * kPanel + j * kLanes;
      V total = hn::LoadU(d, column_squares);
      ARCADEQ_UNROLL
      for (int i = 0; i < kRows; ++i) {
        total = hn::MulAdd(sum[i][j], sum[i][j], total);
        hn::Store(sum[i][j], d, pending.gradient + (i * kColumns + j) * kLanes);
      }
      hn::StoreU(total, d, column_squares);
    }
    pending.first_k = first_k;
    pending.rows = kRows;
  }

  void TakePendingSteps() const {
    for (int i = 0; i < pending.rows; ++i) TakeStep(RowsFrom(pending.first_k), i);
    pending.rows = 0;
  }

  HWY_INLINE StepRows<kPanels> RowsFrom(int k) const {
    const std::ptrdiff_t at = OuterTile::Offset(s, panel, k, 0);
    return {step.parameters + at, step.mean + at, step.square + at,
            step.target == nullptr ? nullptr : step.target + at, s.panel_stride};
  }

  HWY_INLINE void TakeStep(const StepRows<kPanels>& rows, int i) const {
    rows.Step(rule, hn::Set(D(), step.tau), i, pending.gradient + i * kColumns * kLanes);
  }
};

template <class Rule>
void StepAllTiles(const OuterProduct& s, const ParameterStep& step, const Rule& rule,
                  float* squares) {
  ForPanels<kOuterRows>(s.panels, [&]<int kPanels, int kRows>(int panel) HWY_ATTR {
    PendingTile pending;
    const StepTiles<kPanels, Rule> tiles{s, step, rule, squares, panel, pending};
    VisitTiles<kRows>(tiles, s.k);
    tiles.TakePendingSteps();
  });
}

void StepOuterProducts(const OuterProduct& s, const ParameterStep& step, float* squares) {
  WithVectors(step.rule, [&](const auto& rule) HWY_ATTR { StepAllTiles(s, step, rule, squares); });
}

void SetOuterProducts(Kernels& kernels) {
  kernels.add_outer_products = AddOuterProducts;
  kernels.step_outer_products = StepOuterProducts;
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SetOuterProducts);
void SetOuterProducts(Kernels& kernels) {
  HWY_DYNAMIC_DISPATCH(SetOuterProducts)(kernels);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
