#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/dense_product.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {

// A dense layer: one product, or one per stream if each stream has its own input. The gradient of
// its weights is deferred: they are nearly all of the parameters, and can be stepped while their
// gradient is computed.
class Dense : public Stage {
 public:
  Dense(const kernels::Kernels& kernels, std::vector<PlacedProduct> products);

  int out_size() const override { return out_size_; }
  bool has_parameters() const override { return true; }
  bool FuseRelu() override;
  std::unique_ptr<Workspace> MakeWorkspace(int max_backward) const override;
  void Forward(const Pass& pass) const override;
  void Backward(const Pass& pass, const BatchView& d_out, const BatchView* d_in,
                float* gradient) const override;

  std::span<const PlacedProduct> deferred() const override { return products_; }

 private:
  const kernels::Kernels& kernels_;
  std::vector<PlacedProduct> products_;
  int out_size_ = 0;
  bool relu_ = false;
};

}  // namespace arcadeq::cpu
