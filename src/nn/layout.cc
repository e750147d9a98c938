#include "nn/layout.h"

namespace arcadeq {

std::vector<std::int64_t> TensorLayout::shape() const {
  switch (kind) {
    case Kind::kConvolution:
      return {outputs, channels, height, width};
    case Kind::kDense:
      return {outputs, inputs()};
    case Kind::kBias:
      break;
  }
  return {outputs};
}

PanelMatrix ParameterLayout::AddMatrix(int rows, int columns) {
  PanelMatrix matrix;
  matrix.rows = rows;
  matrix.columns = kernels::RoundUpToPanel(columns);
  matrix.weights = buffer_size_;
  matrix.bias = matrix.weights + static_cast<std::size_t>(matrix.rows) * matrix.columns;
  buffer_size_ = matrix.bias + matrix.columns;
  return matrix;
}

}  // namespace arcadeq
