// The kernels of a build without SIMD: the plain loops themselves.
#include "nn/kernels/kernels.h"
#include "nn/kernels/reference.h"
#include "nn/kernels/targets.h"

namespace arcadeq::kernels {

void MultiplyPanels(const PanelProduct& product) {
  reference::MultiplyPanels(product);
}

void AddListedProducts(const ListedProduct& product) {
  reference::AddListedProducts(product);
}

void AddOuterProducts(const OuterProduct& product) {
  reference::AddOuterProducts(product);
}

void TransposeBlocks(const BlockTranspose& transpose) {
  reference::TransposeBlocks(transpose);
}

void InterleaveFrames(const std::uint8_t* const* frames, int depth, int pixels, float* out) {
  reference::InterleaveFrames(frames, depth, pixels, out);
}

int FindBlocks(const std::uint8_t* const* frames, int depth, int first, int count, int rows,
               int stride, std::int32_t* blocks) {
  return reference::FindBlocks(frames, depth, first, count, rows, stride, blocks);
}

void ReadBlocks(const std::uint8_t* const* frames, int depth, const std::int32_t* blocks, int count,
                float* out) {
  reference::ReadBlocks(frames, depth, blocks, count, out);
}

void Relu(const float* in, int n, float* out) {
  reference::Relu(in, n, out);
}

void MaskGradient(const float* activation, int n, float* gradient) {
  reference::MaskGradient(activation, n, gradient);
}

void SumRows(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
             float* sums) {
  reference::SumRows(a, rows, stride, columns, accumulate, sums);
}

double SumOfSquares(const float* a, std::size_t n) {
  return reference::SumOfSquares(a, n);
}

void Adam(const AdamStep& step, std::size_t n, float* gradient, float* parameters, float* m,
          float* v) {
  reference::Adam(step, n, gradient, parameters, m, v);
}

void RmsProp(const RmsPropStep& step, std::size_t n, float* gradient, float* parameters,
             float* mean, float* square) {
  reference::RmsProp(step, n, gradient, parameters, mean, square);
}

void Blend(const float* online, float tau, std::size_t n, float* target) {
  reference::Blend(online, tau, n, target);
}

void StepParameters(const ParameterStep& step, std::size_t n, float* gradient) {
  reference::StepParameters(step, n, gradient);
}

void StepOuterProducts(const OuterProduct& product, const ParameterStep& step, float* squares) {
  reference::StepOuterProducts(product, step, squares);
}

std::vector<std::string> Targets() {
  return {"plain"};
}
std::string CurrentTarget() {
  return "plain";
}
void UseTarget(const std::string&) {}
bool HasFusedMultiplyAdd(const std::string&) {
  return true;
}

}  // namespace arcadeq::kernels
