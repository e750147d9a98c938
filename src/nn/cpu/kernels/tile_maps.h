#pragma once

#include <array>
#include <cstddef>

#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::kernels {

// Winograd's minimal filtering (Winograd 1980; Lavin & Gray 2016): m outputs of a correlation with
// r taps, m + r - 1 = 4, by 4 products instead of m r:
//
//   y_i = sum over j of d_(i+j) g_j
//   y = A^T ((G g) * (B^T d)),  * elementwise
//
// This is Toom-Cook's multiplication of polynomials, transposed: G and A evaluate polynomials with
// r and m coefficients at 0, 1, -1 and infinity, and B interpolates the product, of degree 3, from
// its values there (G includes the denominators of the interpolation). In two dimensions, on tiles
// of 4x4 inputs, 16 products replace m^2 r^2: F(2x2, 3x3) and F(3x3, 2x2) in the literature.
//
//   Y = A^T M A,  M = U * V,  U = G g G^T,  V = B^T D B
//
// The gradients are those of linear maps:
//
//   dM = A dY A^T,  dg = G^T (dM * V) G,  dD = B (dM * U) B^T
template <std::size_t rows, std::size_t columns>
using TileMatrix = std::array<std::array<float, columns>, rows>;

template <std::size_t rows, std::size_t columns>
constexpr TileMatrix<columns, rows> Transposed(const TileMatrix<rows, columns>& matrix) {
  TileMatrix<columns, rows> transposed{};
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) transposed[j][i] = matrix[i][j];
  }
  return transposed;
}

// B^T.
inline constexpr TileMatrix<4, 4> kTileInput = {
    {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}}};
inline constexpr TileMatrix<4, 4> kTileInputGradient = Transposed(kTileInput);

// A^T, by the number of outputs.
inline constexpr TileMatrix<2, 4> kTileOutputs2 = {{{1, 1, 1, 0}, {0, 1, -1, 1}}};
inline constexpr TileMatrix<3, 4> kTileOutputs3 = {{{1, 1, 1, 0}, {0, 1, -1, 0}, {0, 1, 1, 1}}};
inline constexpr TileMatrix<4, 2> kTileOutputGradients2 = Transposed(kTileOutputs2);
inline constexpr TileMatrix<4, 3> kTileOutputGradients3 = Transposed(kTileOutputs3);

// G, by the number of taps.
inline constexpr TileMatrix<4, 2> kTileTaps2 = {{{1, 0}, {0.5f, 0.5f}, {0.5f, -0.5f}, {0, 1}}};
inline constexpr TileMatrix<4, 3> kTileTaps3 = {
    {{1, 0, 0}, {0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f}, {0, 0, 1}}};
inline constexpr TileMatrix<2, 4> kTileTapGradients2 = Transposed(kTileTaps2);
inline constexpr TileMatrix<3, 4> kTileTapGradients3 = Transposed(kTileTaps3);

// Calls visit.operator()<matrix>() with the matrix of a map.
template <typename Visit>
void WithTileMatrix(TileMap map, const Visit& visit) {
  switch (map) {
    case TileMap::kInput:
      return visit.template operator()<kTileInput>();
    case TileMap::kInputGradient:
      return visit.template operator()<kTileInputGradient>();
    case TileMap::kOutputs2:
      return visit.template operator()<kTileOutputs2>();
    case TileMap::kOutputs3:
      return visit.template operator()<kTileOutputs3>();
    case TileMap::kOutputGradients2:
      return visit.template operator()<kTileOutputGradients2>();
    case TileMap::kOutputGradients3:
      return visit.template operator()<kTileOutputGradients3>();
    case TileMap::kTaps2:
      return visit.template operator()<kTileTaps2>();
    case TileMap::kTaps3:
      return visit.template operator()<kTileTaps3>();
    case TileMap::kTapGradients2:
      return visit.template operator()<kTileTapGradients2>();
    case TileMap::kTapGradients3:
      return visit.template operator()<kTileTapGradients3>();
  }
}

}  // namespace arcadeq::kernels
