// The division of products into tiles, compiled once for each target.
#if defined(ARCADEQ_NN_VECTORISED_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ARCADEQ_NN_VECTORISED_TILES_INL_H_
#undef ARCADEQ_NN_VECTORISED_TILES_INL_H_
#else
#define ARCADEQ_NN_VECTORISED_TILES_INL_H_
#endif

#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

// The register tile: rows x (panels * 16) sums stay in registers while k runs. At least 8 to 10
// vectors are needed to hide the latency of the multiply-add, and wider tiles need fewer loads per
// multiply-add.
//   AVX-512, 32 registers: 12 rows x 1 vector, or 8 rows x 2 vectors given two panels
//   AVX2,    16 registers:  6 rows x 2 vectors
//   NEON,    32 registers:  5 rows x 4 vectors (each row's numbers are loaded four at a time)
//   SSE4,    16 registers:  2 rows x 4 vectors
// A product needs one of x86's 15 general registers for each row; an outer product does not.
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

// Calls visit.Tile<height>(first), height <= kRows.
template <int kRows, class Visit>
HWY_INLINE void VisitTile(const Visit& visit, int height, int first) {
  if constexpr (kRows > 1) {
    if (height != kRows) return VisitTile<kRows - 1>(visit, height, first);
  }
  visit.template Tile<kRows>(first);
}

// Covers [0, n) by calls of `visit.Tile<rows>(first_row)` with tiles of at most kMax rows, as even
// as possible: short tiles do not have enough sums to hide latency.
template <int kMax, class Visit>
HWY_INLINE void VisitTiles(const Visit& visit, int n) {
  for (int first = 0; first < n;) {
    const int tiles = (n - first + kMax - 1) / kMax;
    const int height = (n - first + tiles - 1) / tiles;
    VisitTile<kMax>(visit, height, first);
    first += height;
  }
}

// Calls visit.operator()<panels, rows>(panel) for all panels: two at a time with tiles of
// kPairRows, if the target has such tiles, and with kOneRows for the rest.
template <int kOneRows, class Visit>
HWY_INLINE void ForPanels(int panels, const Visit& visit) {
  int panel = 0;
  if constexpr (kPairRows > 0) {
    for (; panel + 2 <= panels; panel += 2) visit.template operator()<2, kPairRows>(panel);
  }
  for (; panel < panels; ++panel) visit.template operator()<1, kOneRows>(panel);
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
