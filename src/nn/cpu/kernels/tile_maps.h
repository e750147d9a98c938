#pragma once

#include <array>
#include <cstddef>

namespace arcadeq::kernels {

// Winograd's minimal filtering (Winograd 1980; Lavin & Gray 2016): m outputs of a correlation with
// r taps, m + r - 1 = 4, by 4 products instead of m r:
//
//   y_i = sum over j of d_(i+j) g_j
//   y = A^T ((G g) * (B^T d)),  * elementwise
//
// B^T d and G g are values of polynomials at 0, 1, -1 and infinity, whose products A^T combines
// (Toom-Cook, transposed). In two dimensions, on tiles of 4x4 inputs, 16 products replace m^2 r^2:
//
//   Y = A^T (U * V) A,  U = G g G^T,  V = B^T D B
//
// and the gradients are those of linear maps:
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

}  // namespace arcadeq::kernels
