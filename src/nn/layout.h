#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "nn/kernels/kernels.h"

namespace arcadeq {

// Where a layer's weights and biases lie in the flat parameter buffer, and, at the same offsets, in
// every buffer that goes with it: gradient, moments, target network.
struct PanelMatrix {
  std::size_t weights = 0;  // [panels()][rows][16], from here
  std::size_t bias = 0;     // [columns], from here
  int rows = 0;             // inputs, padded to what the layer needs
  int columns = 0;          // outputs, padded to a multiple of 16

  int panels() const { return columns / kernels::kPanel; }
  std::ptrdiff_t panel_stride() const {
    return static_cast<std::ptrdiff_t>(rows) * kernels::kPanel;
  }
};

// One parameter tensor as PyTorch has it, and where its elements lie. A weight is (outputs,
// channels, height, width), or (outputs, inputs) for a dense layer, whose inputs are then the
// elements of a (channels, height, width) image. Activations are channels-last here, so that
// element (o, c, y, x) is in row (y * width + x) * channels + c and column first_column + o of
// `matrix`.
struct TensorLayout {
  enum class Kind { kConvolution, kDense, kBias };

  std::string name;
  Kind kind = Kind::kBias;
  PanelMatrix matrix;
  int first_column = 0;
  int outputs = 0;
  int channels = 1;
  int height = 1;
  int width = 1;

  int inputs() const { return channels * height * width; }
  std::size_t size() const {
    return static_cast<std::size_t>(outputs) * (kind == Kind::kBias ? 1 : inputs());
  }
  std::vector<std::int64_t> shape() const;

  // Calls visit(offset in the buffer) for every element, in PyTorch's order.
  template <typename Visit>
  void ForEachElement(Visit visit) const {
    for (int o = 0; o < outputs; ++o) {
      const int column = first_column + o;
      if (kind == Kind::kBias) {
        visit(matrix.bias + column);
        continue;
      }
      const std::size_t panel = matrix.weights + column / kernels::kPanel * matrix.panel_stride() +
                                column % kernels::kPanel;
      for (int c = 0; c < channels; ++c) {
        for (int yx = 0; yx < height * width; ++yx) {
          visit(panel + static_cast<std::size_t>(yx * channels + c) * kernels::kPanel);
        }
      }
    }
  }
};

// The plan of a parameter buffer. Layers lie in the order they were added; nothing is between them,
// since every matrix and bias is a multiple of 16 floats long.
class ParameterLayout {
 public:
  PanelMatrix AddMatrix(int rows, int columns);
  void AddTensor(TensorLayout tensor) { tensors_.push_back(std::move(tensor)); }

  std::size_t buffer_size() const { return buffer_size_; }
  const std::vector<TensorLayout>& tensors() const { return tensors_; }

 private:
  std::size_t buffer_size_ = 0;
  std::vector<TensorLayout> tensors_;
};

}  // namespace arcadeq
