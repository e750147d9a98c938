#pragma once

#include "nn/kernels/kernels.h"

// The plain loops that define the kernels; see kernels.h for what each does. They are what a build
// with ARCADEQ_SIMD=OFF runs, and what the tests hold the fast ones against.
namespace arcadeq::kernels::reference {

void MultiplyPanels(const PanelProduct& product);
void AddListedProducts(const ListedProduct& product);
void AddOuterProducts(const OuterProduct& product);
void TransposeBlocks(const BlockTranspose& transpose);
void InterleaveFrames(const std::uint8_t* const* frames, int depth, int pixels, float* out);
int FindBlocks(const std::uint8_t* const* frames, int depth, int first, int count, int rows,
               int stride, std::int32_t* blocks);
void ReadBlocks(const std::uint8_t* const* frames, int depth, const std::int32_t* blocks, int count,
                float* out);
void Relu(const float* in, int n, float* out);
void MaskGradient(const float* activation, int n, float* gradient);
void SumRows(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
             float* sums);
double SumOfSquares(const float* a, std::size_t n);
void Adam(const AdamStep& step, std::size_t n, float* gradient, float* parameters, float* m,
          float* v);
void RmsProp(const RmsPropStep& step, std::size_t n, float* gradient, float* parameters,
             float* mean, float* square);
void Blend(const float* online, float tau, std::size_t n, float* target);
void StepParameters(const ParameterStep& step, std::size_t n, float* gradient);
void StepOuterProducts(const OuterProduct& product, const ParameterStep& step, float* squares);

}  // namespace arcadeq::kernels::reference
