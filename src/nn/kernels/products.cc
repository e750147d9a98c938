#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/products.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/kernels/tiles-inl.h"
#include "nn/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

// What a product brings nearer while it runs.
enum class Prefetch { kNone, kNext, kRows };

template <int kPanels, Prefetch kPrefetch>
struct ProductTiles {
  static constexpr int kColumns = kPanels * kVectors;  // vectors in a row of the tile
  const PanelProduct& s;
  int panel;

  template <int kRows>
  HWY_NOINLINE void Tile(int first_row) const {
    const D d;
    V sum[kRows][kColumns];
    Begin<kRows>(first_row, sum);

    // Pointers to the end of the rows' runs, with k counting up to zero: one counter for all.
    const float* a[kRows];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) a[i] = s.a + s.a_offsets[first_row + i] + s.run_length;
    const float* w = s.w + panel * s.panel_stride;
    const std::ptrdiff_t panel_stride = s.panel_stride;
    const float* next = nullptr;
    if constexpr (kPrefetch == Prefetch::kNext) next = NextLines<kRows>(first_row);
    for (int run = 0; run < s.runs; ++run) {
      if constexpr (kPrefetch == Prefetch::kRows) {
        const float* row = a[0] - s.run_length + kRows * s.a_spacing;
        for (int i = 0; i < kRows; ++i, row += s.a_spacing) hwy::Prefetch(row);
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
        if constexpr (kPrefetch == Prefetch::kNext) {
          for (int p = 0; p < kPanels; ++p) PrefetchToSecondCache(next + p * s.next_panel_stride);
          next += kPanel;
          if (k % 64 == -4) next += s.next_stride - 16 * kPanel;
        }
      }
      ARCADEQ_UNROLL
      for (int i = 0; i < kRows; ++i) a[i] += s.run_stride;
    }
    End<kRows>(first_row, sum);
  }

  // Each tile prefetches a line for four of its multiply-adds' rows of weights, so a few tiles
  // bring all; the others begin again, which costs little.
  template <int kRows>
  HWY_INLINE const float* NextLines(int first_row) const {
    const int lines = s.run_length / 4;
    const int line = first_row / kRows * lines % s.run_length;
    return s.next + panel * s.next_panel_stride + line / 16 * s.next_stride + line % 16 * kPanel;
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

template <Prefetch kPrefetch>
void MultiplyAllTiles(const PanelProduct& s) {
  ForPanels<kProductRows>(s.panels, [&]<int kPanels, int kRows>(int panel) HWY_ATTR {
    VisitTiles<kRows>(ProductTiles<kPanels, kPrefetch>{s, panel}, s.rows);
  });
}

void MultiplyPanels(const PanelProduct& s) {
  if (s.next != nullptr) {
    MultiplyAllTiles<Prefetch::kNext>(s);
  } else if (s.a_spacing != 0) {
    MultiplyAllTiles<Prefetch::kRows>(s);
  } else {
    MultiplyAllTiles<Prefetch::kNone>(s);
  }
}

// Full tiles in one loop, without a call for each: they are small.
template <int kRows, int kPanels>
HWY_INLINE void AddListedTiles(const ListedProduct& s, int panel, int first, int end) {
  constexpr int kColumns = kPanels * kVectors;
  const D d;
  const std::ptrdiff_t length = s.k;
  const float* panels[kPanels];
  for (int p = 0; p < kPanels; ++p) panels[p] = s.w + (panel + p) * s.panel_stride;
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
  ForPanels<kProductRows>(s.panels, [&]<int kPanels, int kRows>(int panel)
                                        HWY_ATTR { AddListedPanels<kRows, kPanels>(s, panel); });
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(MultiplyPanels);
HWY_EXPORT(AddListedProducts);

void MultiplyPanels(const PanelProduct& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyPanels)(product);
}

void AddListedProducts(const ListedProduct& product) {
  HWY_DYNAMIC_DISPATCH(AddListedProducts)(product);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
