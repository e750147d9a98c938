#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/products.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

// The register tile: rows x (panels * 16) sums stay in registers while k runs. Enough of them hide
// the latency of the multiply-add (at least 8 to 10 vectors), and the widest tile needs the fewest
// loads per multiply-add.
//   AVX-512, 32 registers: 12 rows x 1 vector, or 8 rows x 2 vectors where two panels are at hand
//   AVX2,    16 registers:  6 rows x 2 vectors
//   NEON,    32 registers:  5 rows x 4 vectors (each row's numbers are loaded four at a time)
//   SSE4,    16 registers:  2 rows x 4 vectors
// A product needs a general register for each row, of which x86 has 15; an outer product does not.
#if HWY_TARGET <= HWY_AVX3
constexpr int kProductRows = 12;
constexpr int kOuterRows = 16;
constexpr int kPairRows = 8;
#else
#if HWY_TARGET == HWY_AVX2
constexpr int kProductRows = 6;
#elif HWY_ARCH_ARM
constexpr int kProductRows = 5;
#else
constexpr int kProductRows = kLanes == 4 ? 2 : 1;
#endif
constexpr int kOuterRows = kProductRows;
constexpr int kPairRows = 0;
#endif

// Lets `visit.Tile<rows>(first_row)` cover [0, n) with tiles of at most kMax rows, as even as can
// be: low tiles do not have enough sums to hide latency.
template <int kRows, class Visit>
HWY_INLINE void VisitTile(const Visit& visit, int height, int first) {
  if constexpr (kRows > 1) {
    if (height != kRows) return VisitTile<kRows - 1>(visit, height, first);
  }
  visit.template Tile<kRows>(first);
}

template <int kMax, class Visit>
HWY_INLINE void VisitTiles(const Visit& visit, int n) {
  for (int first = 0; first < n;) {
    const int tiles = (n - first + kMax - 1) / kMax;
    const int height = (n - first + tiles - 1) / tiles;
    VisitTile<kMax>(visit, height, first);
    first += height;
  }
}

template <int kPanels>
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
    for (int run = 0; run < s.runs; ++run) {
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
      }
      ARCADEQ_UNROLL
      for (int i = 0; i < kRows; ++i) a[i] += s.run_stride;
    }
    End<kRows>(first_row, sum);
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
        if (s.finish == Finish::kMask) {
          const V mask = hn::LoadU(d, s.mask + offset + j * kLanes);
          value = hn::IfThenElseZero(hn::Gt(mask, zero), value);
        }
        hn::StoreU(value, d, s.c + offset + j * kLanes);
      }
    }
  }
};

void MultiplyPanels(const PanelProduct& s) {
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= s.panels; panel += 2)
      VisitTiles<kPairRows>(ProductTiles<2>{s, panel}, s.rows);
  }
  for (; panel < s.panels; ++panel) VisitTiles<kProductRows>(ProductTiles<1>{s, panel}, s.rows);
}

template <int kPanels>
struct OuterTiles {
  static constexpr int kColumns = kPanels * kVectors;
  const OuterProduct& s;
  int panel;

  template <int kRows>
  HWY_NOINLINE void Tile(int first_k) const {
    const D d;
    float* w = s.w + panel * s.panel_stride + first_k * kPanel;
    V sum[kRows][kColumns];
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) {
        sum[i][j] = s.accumulate ? hn::LoadU(d, At(w, i, j)) : hn::Zero(d);
      }
    }
    for (int y = 0; y < s.height; ++y) {
      const float* a = s.a + y * s.a_y_stride + first_k;
      const float* b = s.b + y * s.b_y_stride + panel * kPanel;
      for (int x = 0; x < s.width; ++x) {
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
        b += s.b_x_stride;
      }
    }
    ARCADEQ_UNROLL
    for (int i = 0; i < kRows; ++i) {
      ARCADEQ_UNROLL
      for (int j = 0; j < kColumns; ++j) hn::StoreU(sum[i][j], d, At(w, i, j));
    }
  }

  HWY_INLINE float* At(float* w, int i, int j) const {
    return w + (j / kVectors) * s.panel_stride + i * kPanel + (j % kVectors) * kLanes;
  }
};

void AddOuterProducts(const OuterProduct& s) {
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= s.panels; panel += 2) VisitTiles<kPairRows>(OuterTiles<2>{s, panel}, s.k);
  }
  for (; panel < s.panels; ++panel) VisitTiles<kOuterRows>(OuterTiles<1>{s, panel}, s.k);
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(MultiplyPanels);
HWY_EXPORT(AddOuterProducts);

void MultiplyPanels(const PanelProduct& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyPanels)(product);
}

void AddOuterProducts(const OuterProduct& product) {
  HWY_DYNAMIC_DISPATCH(AddOuterProducts)(product);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
