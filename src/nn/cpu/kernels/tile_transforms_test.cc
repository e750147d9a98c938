#include <cstddef>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/cpu/kernels/tile_maps.h"
#include "nn/testing/kernel_test.h"

namespace arcadeq::kernels {
namespace {

class TileTransformsTest : public KernelTest {};

TEST_P(TileTransformsTest, TransformsWholeAndPartialTiles) {
  constexpr int kN = 48, kSpacing = 64;
  // Height and width of in, then of out.
  constexpr int kSizes[][4] = {
      {4, 4, 4, 4}, {4, 1, 1, 4}, {3, 2, 2, 4}, {2, 3, 3, 3}, {1, 4, 4, 3}};
  for (int map = 0; map <= static_cast<int>(TileMap::kTapGradients3); ++map) {
    for (const auto& [in_height, in_width, out_height, out_width] : kSizes) {
      for (const bool accumulate : {false, true}) {
        const auto in = Random(std::size_t{16} * kSpacing);
        auto actual = Random(std::size_t{16} * kSpacing);
        auto expected = Copy(actual);
        TileTransform transform;
        transform.map = static_cast<TileMap>(map);
        transform.n = kN;
        transform.in = in.data();
        transform.in_y_stride = 4 * kSpacing;
        transform.in_x_stride = kSpacing;
        transform.in_height = in_height;
        transform.in_width = in_width;
        transform.out_y_stride = kSpacing;
        transform.out_x_stride = 4 * kSpacing;
        transform.out_height = out_height;
        transform.out_width = out_width;
        transform.accumulate = accumulate;
        transform.finish = map % 2 == 0 ? Finish::kRelu : Finish::kNone;
        transform.out = actual.data();
        kernels_.transform_tile(transform);
        transform.out = expected.data();
        kReference.transform_tile(transform);
        ExpectSame(actual, expected);
      }
    }
  }
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(TileTransformsTest);

// y_i = sum over j of d_(i+j) g_j, for small integers, whose sums are exact.
template <std::size_t outputs, std::size_t taps>
void ExpectCorrelation(const TileMatrix<outputs, 4>& output_map,
                       const TileMatrix<4, taps>& tap_map) {
  const float d[4] = {3, -5, 7, 2}, g[3] = {4, -6, 8};
  for (std::size_t i = 0; i < outputs; ++i) {
    float expected = 0, actual = 0;
    for (std::size_t j = 0; j < taps; ++j) expected += d[i + j] * g[j];
    for (std::size_t point = 0; point < 4; ++point) {
      float input = 0, tap = 0;
      for (std::size_t k = 0; k < 4; ++k) input += kTileInput[point][k] * d[k];
      for (std::size_t j = 0; j < taps; ++j) tap += tap_map[point][j] * g[j];
      actual += output_map[i][point] * input * tap;
    }
    EXPECT_EQ(actual, expected) << outputs << " outputs, output " << i;
  }
}

TEST(TileMaps, AreAFilter) {
  ExpectCorrelation(kTileOutputs2, kTileTaps3);
  ExpectCorrelation(kTileOutputs3, kTileTaps2);
}

}  // namespace
}  // namespace arcadeq::kernels
