#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// A convolution of float images by Winograd's minimal filtering, with 44 to 75 % of the products
// of the definition (kernels/tile_maps.h).
//
// It filters with 2x2 or 3x3 taps at stride 1. A kernel of twice the stride is such a filter, too:
// its 2x2 taps weigh blocks of stride x stride pixels, each of them one long "pixel". Every tile of
// 4x4 blocks gives 3x3 or 2x2 outputs. At each of the 16 points of a tile, a product of matrices
// replaces the convolution:
//
//   V [tiles][block] U [block][filters] = M [tiles][filters]
//
// The tiles of a whole group of samples are rows of the same products, so that the gradient of the
// weights U, 1.8 to 4 times as many as the kernel's, is computed and transformed back once for all
// of them.
class WinogradConvolution : public GroupLayer {
 public:
  // Whether the shape has such taps and rows of blocks of whole panels, which the constructor
  // requires, and needs at most three quarters of the definition's products: tiles at the edges of
  // an image may be largely empty.
  static bool Suits(const ConvolutionShape& shape);

  WinogradConvolution(const kernels::Kernels& kernels, const ConvolutionShape& shape,
                      const PanelMatrix& matrix);

  int out_size() const override { return shape_.out_size(); }
  bool FuseRelu() override;

  // U and its transpose: for each point [filters / 16][block][16] and [block / 16][filters][16].
  std::size_t prepared_size(bool backward) const override {
    return (backward ? 2 : 1) * weights_size();
  }
  void PrepareForward(const float* parameters, float* prepared) const override;
  void PrepareBackward(const float* parameters, float* prepared) const override;

  std::size_t scratch_size() const override;
  void ForwardGroup(const Pass& pass, const float* const* in, float* const* out) const override;
  void BackwardGroup(const Pass& pass, const Gradients& gradients) const override;

 private:
  // Where a tile's outputs begin, and how many of its blocks and outputs the image has.
  struct Tile {
    int y, x;
    int in_height, in_width;
    int out_height, out_width;
  };
  // Working memory, by point.
  struct Scratch {
    float* v;  // V or its gradient
    float* m;  // M or its gradient
    float* u;  // the gradient of U
  };

  std::size_t weights_size() const;
  Scratch Divide(float* memory) const;

  // Calls visit(sample, tile, row of the products).
  template <typename Visit>
  void ForEachTile(int samples, Visit visit) const;
  // Calls visit(offset in the parameters, offset in U) for each panel and each row of a block,
  // whose taps are equally spaced in both.
  template <typename Visit>
  void ForEachBlockRow(Visit visit) const;

  void TransformInputs(int samples, const float* const* in, float* v) const;
  void AddWeightGradient(int samples, const Scratch& scratch, float* gradient) const;
  void InputGradients(const Pass& pass, const Scratch& scratch, float* const* d_in) const;

  const kernels::Kernels& kernels_;
  ConvolutionShape shape_;
  PanelMatrix matrix_;
  bool relu_ = false;

  int taps_;   // in each direction
  int run_;    // floats of a row of a block, which are consecutive in the image
  int block_;  // floats of a block
  // Between the matrices of two points: 16 more than their size, so that the same entry of all
  // points does not map to the same cache set.
  std::ptrdiff_t v_spacing_, m_spacing_, u_spacing_;
  std::vector<Tile> tiles_;                    // of a sample
  std::vector<std::int32_t> v_rows_, m_rows_;  // the offsets of the group's tiles
};

}  // namespace arcadeq::cpu
