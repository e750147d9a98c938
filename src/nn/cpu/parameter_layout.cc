#include "nn/cpu/parameter_layout.h"

#include <cstddef>

#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::cpu {

PanelMatrix ParameterLayout::AddMatrix(int rows, int columns) {
  PanelMatrix matrix;
  matrix.rows = rows;
  matrix.columns = kernels::RoundUpToPanel(columns);
  matrix.weights = buffer_size_;
  buffer_size_ += static_cast<std::size_t>(matrix.rows) * matrix.columns;
  matrix.bias = AddVector(matrix.columns);
  return matrix;
}

std::size_t ParameterLayout::AddVector(int size) {
  const std::size_t offset = buffer_size_;
  buffer_size_ += static_cast<std::size_t>(kernels::RoundUpToPanel(size));
  return offset;
}

}  // namespace arcadeq::cpu
