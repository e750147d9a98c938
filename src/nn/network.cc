#include "nn/network.h"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "base/error.h"
#include "nn/head.h"
#include "nn/layout.h"
#include "nn/trunk.h"

namespace arcadeq {

void NetworkConfig::Declare(Settings& settings) {
  settings.Add("network.architecture", &architecture, {"article", "nature", "mlp"},
               "Layers before the streams: two convolutions, three, or none but a dense one");
  settings.Add("network.hidden", &hidden, 1, 8192,
               "Units of a hidden layer, of each stream's if dueling");
  settings.Add("network.dueling", &dueling, "Separate value and advantage streams");
}

struct QNetwork::Impl {
  Impl(const NetworkConfig& config, const FrameFormat& frame, int stack, int actions)
      : num_actions(actions),
        trunk(config.architecture, frame, stack, layout),
        head(config, trunk, actions, layout) {}

  int num_actions;
  ParameterLayout layout;  // filled by the two below
  Trunk trunk;
  Head head;
};

class QNetwork::Workspace {
 public:
  Workspace(const Impl& network, int max_batch, int max_backward)
      : trunk(network.trunk, max_batch, max_backward),
        head(network.head, max_batch, max_backward) {}

  Trunk::Workspace trunk;
  Head::Workspace head;
  int samples = 0;  // of BeginBackward()
};

class QNetwork::Images {
 public:
  Images(const Impl& network, int max_batch) : trunk(network.trunk, max_batch) {}

  Trunk::Images trunk;
};

void QNetwork::WorkspaceDeleter::operator()(Workspace* workspace) const {
  delete workspace;
}

void QNetwork::ImagesDeleter::operator()(Images* images) const {
  delete images;
}

QNetwork::QNetwork(const NetworkConfig& config, const FrameFormat& frame, int stack,
                   int num_actions)
    : impl_(std::make_unique<Impl>(config, frame, stack, num_actions)) {}

QNetwork::~QNetwork() = default;

int QNetwork::num_actions() const {
  return impl_->num_actions;
}

std::size_t QNetwork::buffer_size() const {
  return impl_->layout.buffer_size();
}

std::size_t QNetwork::num_parameters() const {
  std::size_t count = 0;
  for (const TensorLayout& tensor : impl_->layout.tensors()) count += tensor.size();
  return count;
}

void QNetwork::Initialize(std::span<float> parameters, RandomStream& random) const {
  constexpr double kTruncatedDeviation = 0.87962566103423978;  // of a normal cut at +-2
  std::ranges::fill(parameters, 0.0f);
  for (const TensorLayout& tensor : impl_->layout.tensors()) {
    if (tensor.kind == TensorLayout::Kind::kBias) continue;
    const double fan_in = tensor.inputs();
    if (tensor.kind == TensorLayout::Kind::kConvolution) {
      const double fan_out = static_cast<double>(tensor.outputs) * tensor.height * tensor.width;
      const double limit = std::sqrt(6.0 / (fan_in + fan_out));
      tensor.ForEachElement([&](std::size_t i) {
        parameters[i] = static_cast<float>(random.Uniform(-limit, limit));
      });
    } else {
      const double deviation = std::sqrt(2.0 / fan_in) / kTruncatedDeviation;
      tensor.ForEachElement([&](std::size_t i) {
        parameters[i] = static_cast<float>(deviation * random.TruncatedNormal());
      });
    }
  }
}

QNetwork::WorkspacePtr QNetwork::MakeWorkspace(int max_batch, int max_backward) const {
  return WorkspacePtr(new Workspace(*impl_, max_batch, max_backward));
}

QNetwork::ImagesPtr QNetwork::MakeImages(int max_batch) const {
  return ImagesPtr(new Images(*impl_, max_batch));
}

void QNetwork::Read(std::span<const StackView> stacks, Images& images, ThreadPool& pool) const {
  impl_->trunk.Read(stacks, images.trunk, pool);
}

void QNetwork::Forward(std::span<const float> parameters, const Input& input, Workspace& workspace,
                       ThreadPool& pool, std::span<float> q) const {
  impl_->trunk.Forward(parameters.data(), {input.images.trunk, input.first, input.count},
                       workspace.trunk, pool);
  impl_->head.Forward(parameters.data(), workspace.trunk.features(input.count), workspace.head,
                      pool, q);
}

void QNetwork::BeginBackward(std::span<const float> parameters, const Input& input,
                             Workspace& workspace, ThreadPool& pool, std::span<const float> dq,
                             std::span<float> gradient) const {
  workspace.samples = input.count;
  const BatchView d_features = workspace.trunk.d_features(workspace.samples);
  impl_->head.BeginBackward(parameters.data(), workspace.trunk.features(workspace.samples), dq,
                            workspace.head, pool, gradient.data(),
                            impl_->trunk.has_parameters() ? &d_features : nullptr);
  impl_->trunk.Backward(parameters.data(), {input.images.trunk, input.first, input.count},
                        workspace.trunk, pool, gradient.data());
}

void QNetwork::FinishBackward(Workspace& workspace, ThreadPool& pool,
                              std::span<float> gradient) const {
  impl_->head.FinishBackward(workspace.trunk.features(workspace.samples), workspace.head, pool,
                             gradient.data());
}

double QNetwork::FinishBackwardWithStep(Workspace& workspace, ThreadPool& pool,
                                        std::span<float> gradient,
                                        const kernels::ParameterStep& step) const {
  return std::sqrt(impl_->head.FinishWithStep(workspace.trunk.features(workspace.samples),
                                              workspace.head, pool, gradient.data(), step));
}

std::vector<QNetwork::NamedTensor> QNetwork::Export(std::span<const float> parameters) const {
  std::vector<NamedTensor> tensors;
  for (const TensorLayout& layout : impl_->layout.tensors()) {
    NamedTensor tensor{layout.name, layout.shape(), {}};
    tensor.values.reserve(layout.size());
    layout.ForEachElement([&](std::size_t i) { tensor.values.push_back(parameters[i]); });
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

void QNetwork::Import(std::span<const NamedTensor> tensors, std::span<float> parameters) const {
  const auto& layouts = impl_->layout.tensors();
  for (const NamedTensor& tensor : tensors) {
    if (std::ranges::find(layouts, tensor.name, &TensorLayout::name) == layouts.end()) {
      ThrowUserError("the network has no tensor {}", tensor.name);
    }
  }
  for (const TensorLayout& layout : layouts) {
    const auto tensor = std::ranges::find(tensors, layout.name, &NamedTensor::name);
    if (tensor == tensors.end()) ThrowUserError("the tensor {} is missing", layout.name);
    if (tensor->shape != layout.shape() || tensor->values.size() != layout.size()) {
      ThrowUserError("the tensor {} is of shape [{}]; the network has [{}]", layout.name,
                     fmt::join(tensor->shape, ", "), fmt::join(layout.shape(), ", "));
    }
  }
  std::ranges::fill(parameters, 0.0f);
  for (const TensorLayout& layout : layouts) {
    const auto tensor = std::ranges::find(tensors, layout.name, &NamedTensor::name);
    auto value = tensor->values.begin();
    layout.ForEachElement([&](std::size_t i) { parameters[i] = *value++; });
  }
}

}  // namespace arcadeq
