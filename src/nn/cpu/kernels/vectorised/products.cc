#include <cstddef>
#include <cstdint>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/vectorised/vectorised.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels/vectorised/products.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/tiles-inl.h"
#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

enum class Fetched { kNothing, kWeights, kRows };

template <int kPanels, Fetched kFetched>
struct ProductTiles {
  static constexpr int kColumns = kPanels * kVectors;  // vectors in a row of the tile
  const PanelProduct& s;
  const Prefetch& prefetch;
  int panel;

  template <int kRows>
  HWY_NOINLINE void Tile(int first_row) const {
    const D d;
    V sum[kRows][kColumns];
    Begin<kRows>(first_row, sum);

    // Pointers to the ends of the rows' runs, with k counting up to zero: one counter serves all.
    const float* a[kRows];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) a[i] = s.a + s.a_offsets[first_row + i] + s.run_length;
    const float* w = s.w.data + panel * s.w.stride;
    const std::ptrdiff_t panel_stride = s.w.stride;
    const float* next = nullptr;
    if constexpr (kFetched == Fetched::kWeights) next = NextLines<kRows>(first_row);
    for (int run = 0; run < s.runs; ++run) {
      if constexpr (kFetched == Fetched::kRows) {
        const float* row = a[0] - s.run_length + kRows * prefetch.row_spacing;
        for (int i = 0; i < kRows; ++i, row += prefetch.row_spacing) hwy::Prefetch(row);
      }
      for (std::ptrdiff_t k = -static_cast<std::ptrdiff_t>(s.run_length); k < 0; k += 4) {
        ARCADEQ_UNROLL
        for (int i = 0; i < kRows; ++i) KeepPointer(a[i]);
        ARCADEQ_UNROLL
        for (int u = 0; u < 4; ++u) {
          V weights[kColumns];
          ARCADEQ_UNROLL
          for (int j = 0; j < kColumns; ++j) {
            weights[j] = hn::LoadU(
                d, w + (j / kVectors) * panel_stride + (j % kVectors) * kLanes + u * kPanel);
            KeepVector(weights[j]);
          }
          ARCADEQ_UNROLL
          for (int i = 0; i < kRows; ++i) {
            V x = hn::Set(d, a[i][k + u]);
            if (kColumns > 1) KeepVector(x);
            ARCADEQ_UNROLL
            for (int j = 0; j < kColumns; ++j) {
              sum[i][j] = hn::MulAdd(x, weights[j], sum[i][j]);
              KeepVector(sum[i][j]);
            }
          }
        }
        w += 4 * kPanel;
        if constexpr (kFetched == Fetched::kWeights) {
          for (int p = 0; p < kPanels; ++p) PrefetchToSecondCache(next + p * prefetch.panel_stride);
          next += kPanel;
          if (k % 64 == -4) next += prefetch.stride - 16 * kPanel;
        }
      }
      ARCADEQ_UNROLL
      for (int i = 0; i < kRows; ++i) a[i] += s.run_stride;
    }
    End<kRows>(first_row, sum);
  }

  // Each tile prefetches one line for every four rows of weights that it multiplies, so a few tiles
  // prefetch everything; the others start over, which costs little.
  template <int kRows>
  HWY_INLINE const float* NextLines(int first_row) const {
    const int lines = s.run_length / 4;
    const int line = first_row / kRows * lines % s.run_length;
    return prefetch.weights + panel * prefetch.panel_stride + line / 16 * prefetch.stride +
           line % 16 * kPanel;
  }

  template <int kRows>
  HWY_INLINE void Begin(int first_row, V (&sum)[kRows][kColumns]) const {
    const D d;
    if (s.start == Start::kPresent) {
      ARCADEQ_UNROLL
      for (int i = 0; i < kRows; ++i) {
        const float* c = s.c + s.c_offsets[first_row + i] + panel * kPanel;
        ARCADEQ_UNROLL
        for (int j = 0; j < kColumns; ++j) sum[i][j] = hn::LoadU(d, c + j * kLanes);
      }
      return;
    }
    ARCADEQ_UNROLL
    for (int j = 0; j < kColumns; ++j) {
      const V start = s.start == Start::kBias ? hn::LoadU(d, s.bias + panel * kPanel + j * kLanes)
                                              : hn::Zero(d);
      ARCADEQ_UNROLL
      for (int i = 0; i < kRows; ++i) sum[i][j] = start;
    }
  }

  template <int kRows>
  HWY_INLINE void End(int first_row, V (&sum)[kRows][kColumns]) const {
    const D d;
    const V zero = hn::Zero(d);
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      const std::ptrdiff_t offset = s.c_offsets[first_row + i] + panel * kPanel;
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        V value = sum[i][j];
        if (s.finish == Finish::kRelu) value = hn::Max(value, zero);
        hn::StoreU(value, d, s.c + offset + j * kLanes);
      }
    }
  }
};

template <Fetched kFetched>
void MultiplyAllTiles(const PanelProduct& s, const Prefetch& prefetch) {
  ForPanels<kProductRows>(s.w.count, [&]<int kPanels, int kRows>(int panel) HWY_ATTR {
    VisitTiles<kRows>(ProductTiles<kPanels, kFetched>{s, prefetch, panel}, s.rows);
  });
}

void MultiplyPanels(const PanelProduct& s, const Prefetch& prefetch) {
  if (prefetch.weights != nullptr) {
    MultiplyAllTiles<Fetched::kWeights>(s, prefetch);
  } else if (prefetch.row_spacing != 0) {
    MultiplyAllTiles<Fetched::kRows>(s, prefetch);
  } else {
    MultiplyAllTiles<Fetched::kNothing>(s, prefetch);
  }
}

// Runs full tiles in one loop rather than with a call for each, because they are small.
template <int kRows, int kPanels>
HWY_INLINE void AddListedTiles(const ListedProduct& s, int panel, int first, int end) {
  constexpr int kColumns = kPanels * kVectors;
  const D d;
  const std::ptrdiff_t length = s.k;
  const float* panels[kPanels];
  for (int p = 0; p < kPanels; ++p) panels[p] = s.w.data + (panel + p) * s.w.stride;
  float* const to = s.c + panel * kPanel;
  for (; first < end; first += kRows) {
    const std::int32_t* offsets = s.c_offsets + first;
    V sum[kRows][kColumns];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) sum[i][j] = hn::LoadU(d, to + offsets[i] + j * kLanes);
    }
    const float* a = s.a + first * length;
    for (std::ptrdiff_t k = 0; k < length; k += 4) {
      ARCADEQ_UNROLL
      for (int u = 0; u < 4; ++u) {
        V weights[kColumns];
        ARCADEQ_UNROLL
        for (int j = 0; j < kColumns; ++j) {
          weights[j] =
              hn::LoadU(d, panels[j / kVectors] + (k + u) * kPanel + j % kVectors * kLanes);
          KeepVector(weights[j]);
        }
        ARCADEQ_UNROLL
        for (int i = 0; i < kRows; ++i) {
          V x = hn::Set(d, a[i * length + k + u]);
          if (kColumns > 1) KeepVector(x);
          ARCADEQ_UNROLL
          for (int j = 0; j < kColumns; ++j) {
            sum[i][j] = hn::MulAdd(x, weights[j], sum[i][j]);
            KeepVector(sum[i][j]);
          }
        }
      }
    }
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) hn::StoreU(sum[i][j], d, to + offsets[i] + j * kLanes);
    }
  }
}

template <int kRows, int kPanels>
HWY_INLINE void AddListedPanels(const ListedProduct& s, int panel) {
  const int full = s.rows / kRows * kRows;
  AddListedTiles<kRows, kPanels>(s, panel, 0, full);
  AddListedTiles<1, kPanels>(s, panel, full, s.rows);
}

void AddListedProducts(const ListedProduct& s) {
  ForPanels<kProductRows>(s.w.count, [&]<int kPanels, int kRows>(int panel)
                                         HWY_ATTR { AddListedPanels<kRows, kPanels>(s, panel); });
}

void SetProducts(Kernels& kernels) {
  kernels.multiply_panels = MultiplyPanels;
  kernels.add_listed_products = AddListedProducts;
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SetProducts);
void SetProducts(Kernels& kernels) {
  HWY_DYNAMIC_DISPATCH(SetProducts)(kernels);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
