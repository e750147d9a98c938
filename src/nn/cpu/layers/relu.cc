#include <algorithm>
#include <memory>

#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/planner.h"

namespace arcadeq::cpu {
namespace {

// A ReLU that is not fused into the previous layer.
class Relu : public SampleLayer {
 public:
  Relu(const kernels::Kernels& kernels, int size) : kernels_(kernels), size_(size) {}

  int out_size() const override { return size_; }

  void Forward(const float* /*parameters*/, const float* in, float* out) const override {
    kernels_.relu(in, size_, out);
  }

  void Backward(const SampleGradients& g) const override {
    kernels_.mask_gradient(g.out, size_, g.d_out);
    if (g.d_in != nullptr) std::copy_n(g.d_out, size_, g.d_in);
  }

 private:
  const kernels::Kernels& kernels_;
  int size_;
};

}  // namespace

void Plan(const layers::Relu&, Planner& planner) {
  if (!planner.FuseRelu()) {
    const ActivationShape shape = planner.TakeActivations();
    planner.Add(std::make_unique<Relu>(planner.kernels(), shape.size()), shape);
  }
  planner.EndHiddenLayer();
}

}  // namespace arcadeq::cpu
