#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/network.h"

namespace arcadeq::cpu {

// A flat buffer; ParameterLayout maps tensors to it.
class Parameters : public Network::Parameters {
 public:
  explicit Parameters(std::size_t size) : buffer(size) {}

  AlignedBuffer<float> buffer;
};

// The location of a layer's weights and biases in the flat parameter buffer, and in every buffer of
// the same layout: gradient, moments, target network.
struct PanelMatrix {
  std::size_t weights = 0;  // [panels()][rows][16], from here
  std::size_t bias = 0;     // [columns], from here
  int rows = 0;             // inputs, padded as the layer requires
  int columns = 0;          // outputs, padded to a multiple of 16

  int panels() const { return columns / kernels::kPanel; }
  std::ptrdiff_t panel_stride() const {
    return static_cast<std::ptrdiff_t>(rows) * kernels::kPanel;
  }
};

// A parameter tensor in PyTorch's shape, and the location of its elements. Images are channels-last
// here: PyTorch's (channel, row, column) is stored as (row, column, channel).
struct TensorLayout {
  enum class Initial { kGlorotUniform, kHeNormal, kZero, kOne };

  std::string name;
  std::vector<std::int64_t> shape;
  Initial initial = Initial::kZero;

  // Element (output, channel, pixel) is at offset + (pixel * channels + channel) * spacing in the
  // output's column; columns are in panels of 16, `panel_stride` apart.
  std::size_t offset = 0;
  int outputs = 1;
  int first_column = 0;
  std::ptrdiff_t panel_stride = 0;
  int channels = 1;
  int pixels = 1;
  int spacing = 1;

  std::size_t size() const { return static_cast<std::size_t>(outputs) * channels * pixels; }

  // Calls visit(offset in the buffer) for every element, in PyTorch's order.
  template <typename Visit>
  void ForEachElement(Visit visit) const {
    for (int o = first_column; o < first_column + outputs; ++o) {
      const std::size_t column = offset + o / kernels::kPanel * panel_stride + o % kernels::kPanel;
      for (int c = 0; c < channels; ++c) {
        for (int pixel = 0; pixel < pixels; ++pixel) {
          visit(column + static_cast<std::size_t>(pixel * channels + c) * spacing);
        }
      }
    }
  }
};

// The layout of a parameter buffer. Layers are stored in the order in which they are added, without
// gaps, since every matrix and vector is a multiple of 16 floats long.
class ParameterLayout {
 public:
  PanelMatrix AddMatrix(int rows, int columns);
  // Returns its offset.
  std::size_t AddVector(int size);
  void AddTensor(TensorLayout tensor) { tensors_.push_back(std::move(tensor)); }

  std::size_t buffer_size() const { return buffer_size_; }
  const std::vector<TensorLayout>& tensors() const { return tensors_; }

 private:
  std::size_t buffer_size_ = 0;
  std::vector<TensorLayout> tensors_;
};

}  // namespace arcadeq::cpu
