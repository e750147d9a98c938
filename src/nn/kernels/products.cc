#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/products.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/kernels/step-inl.h"
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

template <int kPanels, bool kPrefetch>
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
    if constexpr (kPrefetch) next = NextLines<kRows>(first_row);
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
        if constexpr (kPrefetch) {
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
        if (s.finish == Finish::kMask) {
          const V mask = hn::LoadU(d, s.mask + offset + j * kLanes);
          value = hn::IfThenElseZero(hn::Gt(mask, zero), value);
        }
        hn::StoreU(value, d, s.c + offset + j * kLanes);
      }
    }
  }
};

template <bool kPrefetch>
void MultiplyAllTiles(const PanelProduct& s) {
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= s.panels; panel += 2) {
      VisitTiles<kPairRows>(ProductTiles<2, kPrefetch>{s, panel}, s.rows);
    }
  }
  for (; panel < s.panels; ++panel) {
    VisitTiles<kProductRows>(ProductTiles<1, kPrefetch>{s, panel}, s.rows);
  }
}

void MultiplyPanels(const PanelProduct& s) {
  if (s.next != nullptr) {
    MultiplyAllTiles<true>(s);
  } else {
    MultiplyAllTiles<false>(s);
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
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= s.panels; panel += 2) AddListedPanels<kPairRows, 2>(s, panel);
  }
  for (; panel < s.panels; ++panel) AddListedPanels<kProductRows, 1>(s, panel);
}

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
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= s.panels; panel += 2) {
      VisitTiles<kPairRows>(AddTiles<2, kListed>{s, panel}, s.k);
    }
  }
  for (; panel < s.panels; ++panel) VisitTiles<kOuterRows>(AddTiles<1, kListed>{s, panel}, s.k);
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
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= s.panels; panel += 2) {
      VisitTiles<kPairRows>(StepTiles<2, Rule>{s, step, rule, squares, panel}, s.k);
    }
  }
  for (; panel < s.panels; ++panel) {
    VisitTiles<kOuterRows>(StepTiles<1, Rule>{s, step, rule, squares, panel}, s.k);
  }
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

HWY_EXPORT(MultiplyPanels);
HWY_EXPORT(AddListedProducts);
HWY_EXPORT(AddOuterProducts);
HWY_EXPORT(StepOuterProducts);

void MultiplyPanels(const PanelProduct& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyPanels)(product);
}

void AddListedProducts(const ListedProduct& product) {
  HWY_DYNAMIC_DISPATCH(AddListedProducts)(product);
}

void AddOuterProducts(const OuterProduct& product) {
  HWY_DYNAMIC_DISPATCH(AddOuterProducts)(product);
}

void StepOuterProducts(const OuterProduct& product, const ParameterStep& step, float* squares) {
  HWY_DYNAMIC_DISPATCH(StepOuterProducts)(product, step, squares);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
