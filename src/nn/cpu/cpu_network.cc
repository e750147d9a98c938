#include "nn/cpu/network.h"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "base/error.h"

namespace arcadeq {
namespace {

// Pieces of a buffer, fixed so that sums do not depend on the threads; a multiple of a panel.
constexpr std::size_t kPieceFloats = 1 << 15;

std::size_t Pieces(std::size_t size) {
  return (size + kPieceFloats - 1) / kPieceFloats;
}

// Calls work(piece, offset, length).
template <typename Work>
void ForEachPiece(std::size_t size, ThreadPool& pool, Work work) {
  pool.Run(static_cast<int>(Pieces(size)), [&](int piece) {
    const std::size_t offset = piece * kPieceFloats;
    work(piece, offset, std::min(kPieceFloats, size - offset));
  });
}

AlignedBuffer<float>& Buffer(Network::Parameters& parameters) {
  return static_cast<CpuParameters&>(parameters).buffer;
}

const AlignedBuffer<float>& Buffer(const Network::Parameters& parameters) {
  return static_cast<const CpuParameters&>(parameters).buffer;
}

kernels::ParameterStep KernelStep(const Network::Step& step) {
  kernels::ParameterStep result{
      .parameters = Buffer(step.parameters).data(),
      .mean = Buffer(step.mean).data(),
      .square = Buffer(step.square).data(),
      .target = step.target == nullptr ? nullptr : Buffer(*step.target).data(),
      .tau = static_cast<float>(step.tau)};
  const auto scale = static_cast<float>(step.gradient_scale);
  if (const auto* adam = std::get_if<AdamRule>(&step.rule)) {
    result.rule = kernels::ParameterStep::Rule::kAdam;
    result.adam = {
        adam->beta1,     adam->beta2,          adam->one_minus_beta1, adam->one_minus_beta2,
        adam->step_size, adam->variance_scale, adam->epsilon,         scale};
  } else {
    const auto& rms_prop = std::get<RmsPropRule>(step.rule);
    result.rule = kernels::ParameterStep::Rule::kRmsProp;
    result.rms_prop = {rms_prop.decay, rms_prop.one_minus_decay, rms_prop.learning_rate,
                       rms_prop.epsilon, scale};
  }
  return result;
}

}  // namespace

class CpuNetwork::CpuWorkspace : public Network::Workspace {
 public:
  CpuWorkspace(const CpuNetwork& network, int max_batch, int max_backward)
      : trunk(network.trunk_, max_batch, max_backward),
        head(network.head_, max_batch, max_backward),
        gradient(max_backward > 0 ? network.layout_.buffer_size() : 0),
        piece_squares(Pieces(gradient.buffer.size())) {}

  Trunk::Workspace trunk;
  Head::Workspace head;
  CpuParameters gradient;
  std::vector<double> piece_squares;  // sums over the pieces of the gradient
  int samples = 0;                    // of BeginBackward()
};

class CpuNetwork::CpuObservations : public Network::Observations {
 public:
  CpuObservations(const CpuNetwork& network, int max_batch) : images(network.trunk_, max_batch) {}

  Trunk::Images images;
};

CpuNetwork::CpuNetwork(const NetworkConfig& config, const NetworkShape& shape)
    : Network(shape),
      trunk_(config.architecture, shape.frame, shape.stack, layout_),
      head_(config, trunk_, shape.actions, shape.atoms, layout_) {}

std::size_t CpuNetwork::num_parameters() const {
  std::size_t count = 0;
  for (const TensorLayout& tensor : layout_.tensors()) count += tensor.size();
  return count;
}

std::unique_ptr<Network::Parameters> CpuNetwork::MakeParameters() const {
  return std::make_unique<CpuParameters>(layout_.buffer_size());
}

std::unique_ptr<Network::Workspace> CpuNetwork::MakeWorkspace(int max_batch,
                                                              int max_backward) const {
  return std::make_unique<CpuWorkspace>(*this, max_batch, max_backward);
}

std::unique_ptr<Network::Observations> CpuNetwork::MakeObservations(int max_batch) const {
  return std::make_unique<CpuObservations>(*this, max_batch);
}

void CpuNetwork::Initialize(Parameters& parameters, RandomStream& random) const {
  constexpr double kTruncatedDeviation = 0.87962566103423978;  // of a normal cut at +-2
  AlignedBuffer<float>& values = Buffer(parameters);
  std::ranges::fill(values, 0.0f);
  for (const TensorLayout& tensor : layout_.tensors()) {
    if (tensor.kind == TensorLayout::Kind::kBias) continue;
    const double fan_in = tensor.inputs();
    if (tensor.kind == TensorLayout::Kind::kConvolution) {
      const double fan_out = static_cast<double>(tensor.outputs) * tensor.height * tensor.width;
      const double limit = std::sqrt(6.0 / (fan_in + fan_out));
      tensor.ForEachElement(
          [&](std::size_t i) { values[i] = static_cast<float>(random.Uniform(-limit, limit)); });
    } else {
      const double deviation = std::sqrt(2.0 / fan_in) / kTruncatedDeviation;
      tensor.ForEachElement([&](std::size_t i) {
        values[i] = static_cast<float>(deviation * random.TruncatedNormal());
      });
    }
  }
}

void CpuNetwork::Copy(const Parameters& from, Parameters& to) const {
  std::ranges::copy(Buffer(from), Buffer(to).begin());
}

std::vector<Network::NamedTensor> CpuNetwork::Export(const Parameters& parameters) const {
  const AlignedBuffer<float>& values = Buffer(parameters);
  std::vector<NamedTensor> tensors;
  for (const TensorLayout& layout : layout_.tensors()) {
    NamedTensor tensor{layout.name, layout.shape(), {}};
    tensor.values.reserve(layout.size());
    layout.ForEachElement([&](std::size_t i) { tensor.values.push_back(values[i]); });
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

void CpuNetwork::Import(std::span<const NamedTensor> tensors, Parameters& parameters) const {
  const auto& layouts = layout_.tensors();
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
  AlignedBuffer<float>& values = Buffer(parameters);
  std::ranges::fill(values, 0.0f);
  for (const TensorLayout& layout : layouts) {
    const auto tensor = std::ranges::find(tensors, layout.name, &NamedTensor::name);
    auto value = tensor->values.begin();
    layout.ForEachElement([&](std::size_t i) { values[i] = *value++; });
  }
}

void CpuNetwork::AddToHash(const Parameters& parameters, Hash& hash) const {
  hash.Add(Buffer(parameters).span());
}

void CpuNetwork::Read(std::span<const StackView> stacks, Observations& observations,
                      ThreadPool& pool) const {
  trunk_.Read(stacks, static_cast<CpuObservations&>(observations).images, pool);
}

void CpuNetwork::Forward(const Parameters& parameters, const Input& input, Workspace& workspace,
                         ThreadPool& pool, std::span<float> outputs) const {
  auto& own = static_cast<CpuWorkspace&>(workspace);
  const auto& images = static_cast<const CpuObservations&>(input.observations).images;
  const float* floats = Buffer(parameters).data();
  trunk_.Forward(floats, {images, input.first, input.count}, own.trunk, pool);
  head_.Forward(floats, own.trunk.features(input.count), own.head, pool, outputs);
}

void CpuNetwork::BeginBackward(const Parameters& parameters, const Input& input,
                               Workspace& workspace, ThreadPool& pool,
                               std::span<const float> d_outputs) const {
  auto& own = static_cast<CpuWorkspace&>(workspace);
  const auto& images = static_cast<const CpuObservations&>(input.observations).images;
  const float* floats = Buffer(parameters).data();
  float* gradient = own.gradient.buffer.data();
  own.samples = input.count;
  const BatchView d_features = own.trunk.d_features(own.samples);
  head_.BeginBackward(floats, own.trunk.features(own.samples), d_outputs, own.head, pool, gradient,
                      trunk_.has_parameters() ? &d_features : nullptr);
  trunk_.Backward(floats, {images, input.first, input.count}, own.trunk, pool, gradient);
}

double CpuNetwork::FinishBackward(Workspace& workspace, const Step& step, ThreadPool& pool) const {
  auto& own = static_cast<CpuWorkspace&>(workspace);
  return std::sqrt(head_.FinishWithStep(own.trunk.features(own.samples), own.head, pool,
                                        own.gradient.buffer.data(), KernelStep(step)));
}

double CpuNetwork::FinishBackward(Workspace& workspace, ThreadPool& pool) const {
  auto& own = static_cast<CpuWorkspace&>(workspace);
  AlignedBuffer<float>& gradient = own.gradient.buffer;
  head_.FinishBackward(own.trunk.features(own.samples), own.head, pool, gradient.data());
  ForEachPiece(gradient.size(), pool, [&](int piece, std::size_t offset, std::size_t n) {
    own.piece_squares[piece] = kernels::SumOfSquares(&gradient[offset], n);
  });
  double squares = 0;
  for (double sum : own.piece_squares) squares += sum;
  return std::sqrt(squares);
}

const Network::Parameters& CpuNetwork::gradient(const Workspace& workspace) const {
  return static_cast<const CpuWorkspace&>(workspace).gradient;
}

void CpuNetwork::TakeStep(Workspace& workspace, const Step& step, ThreadPool& pool) const {
  AlignedBuffer<float>& gradient = static_cast<CpuWorkspace&>(workspace).gradient.buffer;
  const kernels::ParameterStep whole = KernelStep(step);
  ForEachPiece(gradient.size(), pool, [&](int, std::size_t offset, std::size_t n) {
    kernels::StepParameters(whole.At(offset), n, &gradient[offset]);
  });
}

}  // namespace arcadeq
