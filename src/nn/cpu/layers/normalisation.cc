#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/planner.h"

namespace arcadeq::cpu {
namespace {

// Layer normalisation (Ba et al. 2016), separately for each stream.
class Normalisation : public SampleLayer {
 public:
  // The rows to normalise, starting at `column` of the activations, with parameters at the offsets
  // `weight` and `bias`.
  struct Stream {
    kernels::RowNorm norm;
    int column;
    std::size_t weight, bias;
  };

  Normalisation(const kernels::Kernels& kernels, std::vector<Stream> streams, int size)
      : kernels_(kernels), streams_(std::move(streams)), size_(size) {}

  int out_size() const override { return size_; }

  bool FuseRelu() override {
    for (Stream& stream : streams_) stream.norm.finish = kernels::Finish::kRelu;
    return !std::exchange(relu_, true);
  }

  void Forward(const float* parameters, const float* in, float* out) const override {
    for (const Stream& stream : streams_) {
      kernels_.normalise_rows(NormOf(stream, parameters), in + stream.column, out + stream.column);
    }
  }

  void Backward(const SampleGradients& g) const override {
    if (relu_) kernels_.mask_gradient(g.out, size_, g.d_out);
    for (const Stream& stream : streams_) {
      kernels_.normalise_rows_backward(NormOf(stream, g.parameters), g.in + stream.column,
                                       g.d_out + stream.column, g.d_in + stream.column,
                                       g.gradient + stream.weight, g.gradient + stream.bias);
    }
  }

 private:
  static kernels::RowNorm NormOf(const Stream& stream, const float* parameters) {
    kernels::RowNorm norm = stream.norm;
    norm.weight = parameters + stream.weight;
    norm.bias = parameters + stream.bias;
    return norm;
  }

  const kernels::Kernels& kernels_;
  std::vector<Stream> streams_;
  int size_;
  bool relu_ = false;
};

// If the channels of each pixel are a row, this is flax's LayerNorm, with its epsilon. If all
// elements are one row, it is torch.nn.LayerNorm over all dimensions except the batch, with its
// epsilon.
kernels::RowNorm RowsOf(const StreamShape& shape, bool channels) {
  kernels::RowNorm norm;
  norm.rows = channels ? shape.height * shape.width : 1;
  norm.length = channels ? shape.channels : shape.elements();
  norm.stride = norm.length;
  norm.epsilon = channels ? 1e-6f : 1e-5f;
  return norm;
}

}  // namespace

void Plan(const layers::Normalisation&, Planner& planner) {
  const std::string& kind = planner.config().normalisation;
  if (kind == "none") return;
  const std::vector<std::string> names = planner.names();
  const ActivationShape shape = planner.TakeActivations();
  std::vector<Normalisation::Stream> streams;
  for (std::size_t i = 0; i < shape.streams.size(); ++i) {
    const StreamShape& in = shape.streams[i];
    Normalisation::Stream stream{RowsOf(in, kind == "channels"), shape.Offset(i), 0, 0};
    TensorLayout tensor{.name = names[i] + "_norm.weight",
                        .shape = {stream.norm.length},
                        .initial = TensorLayout::Initial::kOne,
                        .channels = stream.norm.length};
    if (shape.image && kind == "sample") {
      tensor.shape = {in.channels, in.height, in.width};
      tensor.channels = in.channels;
      tensor.pixels = in.height * in.width;
    }
    stream.weight = tensor.offset = planner.layout().AddVector(stream.norm.length);
    planner.layout().AddTensor(tensor);
    tensor.name = names[i] + "_norm.bias";
    tensor.initial = TensorLayout::Initial::kZero;
    stream.bias = tensor.offset = planner.layout().AddVector(stream.norm.length);
    planner.layout().AddTensor(std::move(tensor));
    streams.push_back(stream);
  }
  planner.Add(std::make_unique<Normalisation>(planner.kernels(), std::move(streams), shape.size()),
              shape);
}

}  // namespace arcadeq::cpu
