#include "nn/cpu/cpu_network.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "base/aligned_buffer.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/deferred_weights.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/planner.h"
#include "nn/cpu/stage.h"
#include "nn/network.h"

namespace arcadeq::cpu {
namespace {

// The size of a piece of a buffer, fixed so that sums do not depend on the number of threads; a
// multiple of a panel.
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
  return static_cast<Parameters&>(parameters).buffer;
}

const AlignedBuffer<float>& Buffer(const Network::Parameters& parameters) {
  return static_cast<const Parameters&>(parameters).buffer;
}

kernels::ParameterStep KernelStep(const Network::Step& step) {
  return {.rule = step.rule,
          .gradient_scale = static_cast<float>(step.gradient_scale),
          .parameters = Buffer(step.parameters).data(),
          .mean = Buffer(step.mean).data(),
          .square = Buffer(step.square).data(),
          .target = step.target == nullptr ? nullptr : Buffer(*step.target).data(),
          .tau = static_cast<float>(step.tau)};
}

// Draws the elements of a tensor.
void Draw(const TensorLayout& tensor, RandomStream& random, std::span<float> parameters) {
  using Initial = TensorLayout::Initial;
  constexpr double kTruncatedDeviation = 0.87962566103423978;  // of a normal truncated at +-2
  if (tensor.initial == Initial::kZero || tensor.initial == Initial::kOne) {
    const float value = tensor.initial == Initial::kOne ? 1.0f : 0.0f;
    tensor.ForEachElement([&](std::size_t i) { parameters[i] = value; });
    return;
  }
  const auto outputs = static_cast<double>(tensor.shape[0]);
  const double fan_in = static_cast<double>(tensor.size()) / outputs;
  if (tensor.initial == Initial::kGlorotUniform) {
    const double fan_out = outputs * tensor.pixels;
    const double limit = std::sqrt(6.0 / (fan_in + fan_out));
    tensor.ForEachElement(
        [&](std::size_t i) { parameters[i] = static_cast<float>(random.Uniform(-limit, limit)); });
  } else {
    const double deviation = std::sqrt(2.0 / fan_in) / kTruncatedDeviation;
    tensor.ForEachElement([&](std::size_t i) {
      parameters[i] = static_cast<float>(deviation * random.TruncatedNormal());
    });
  }
}

// Finds the largest activation of each channel.
void TakePeaks(const BatchView& view, const StreamShape& shape, std::span<float> peaks) {
  std::ranges::fill(peaks, 0.0f);
  for (int i = 0; i < view.count; ++i) {
    const float* pixel = view.sample(i);
    for (int p = 0; p < shape.height * shape.width; ++p, pixel += shape.channels) {
      for (std::size_t c = 0; c < peaks.size(); ++c) peaks[c] = std::max(peaks[c], pixel[c]);
    }
  }
}

// Appends the samples of a view without the padding of their streams.
void AppendRows(const BatchView& view, const ActivationShape& shape, std::vector<float>& rows) {
  for (int i = 0; i < view.count; ++i) {
    for (std::size_t stream = 0; stream < shape.streams.size(); ++stream) {
      const float* const first = view.sample(i) + shape.Offset(stream);
      rows.insert(rows.end(), first, first + shape.streams[stream].elements());
    }
  }
}

}  // namespace

class CpuNetwork::OwnObservations : public Network::Observations {
 public:
  std::vector<Observation> observations;
};

class CpuNetwork::OwnWorkspace : public Network::Workspace {
 public:
  OwnWorkspace(const CpuNetwork& network, int max_batch, int max_backward)
      : gradient(max_backward > 0 ? network.layout_.buffer_size() : 0),
        piece_squares(Pieces(gradient.buffer.size())),
        step(network.deferred_) {
    for (const auto& stage : network.stages_) {
      stages.push_back(stage->MakeWorkspace(max_backward));
      outs.emplace_back(max_batch, stage->out_size());
      d_outs.emplace_back(max_backward, stage->out_size());
    }
    in_views.resize(stages.size());
    d_out_views.resize(stages.size());
  }

  // A pass of stage s over the input.
  Stage::Pass Pass(std::size_t s, const Network::Parameters& parameters, const Input& input,
                   ThreadPool& pool) {
    const auto& all = static_cast<const OwnObservations&>(input.observations).observations;
    return {.parameters = Buffer(parameters).data(),
            .observations = std::span(all).subspan(input.first, input.count),
            .in = In(s, input.count),
            .out = outs[s].View(input.count),
            .workspace = *stages[s],
            .pool = pool};
  }

  BatchView In(std::size_t s, int samples) {
    return s > 0 ? outs[s - 1].View(samples) : BatchView{};
  }

  // After BeginBackward().
  DeferredWeights::Activations Activations() { return {in_views, d_out_views}; }

  std::vector<std::unique_ptr<Stage::Workspace>> stages;
  std::vector<BatchMatrix> outs, d_outs;         // by stage
  std::vector<BatchView> in_views, d_out_views;  // for the backward pass
  cpu::Parameters gradient;
  std::vector<double> piece_squares;  // sums over the pieces of the gradient
  DeferredWeights::Scratch step;
};

CpuNetwork::CpuNetwork(const NetworkConfig& config, const NetworkShape& shape,
                       const kernels::Kernels& kernels)
    : Network(shape, config.dueling),
      kernels_(kernels),
      stages_(Planner(config, shape, kernels, layout_, hidden_)
                  .PlanAll(MakeArchitecture(config, shape).layers)),
      deferred_(kernels, stages_, layout_.buffer_size()) {
  bool needed = false;
  for (const auto& stage : stages_) {
    gradient_needed_.push_back(needed);
    needed = needed || stage->has_parameters();
  }
}

std::size_t CpuNetwork::num_parameters() const {
  std::size_t count = 0;
  for (const TensorLayout& tensor : layout_.tensors()) count += tensor.size();
  return count;
}

std::unique_ptr<Network::Parameters> CpuNetwork::MakeParameters() const {
  return std::make_unique<cpu::Parameters>(layout_.buffer_size());
}

std::unique_ptr<Network::Workspace> CpuNetwork::MakeWorkspace(int max_batch,
                                                              int max_backward) const {
  return std::make_unique<OwnWorkspace>(*this, max_batch, max_backward);
}

std::unique_ptr<Network::Observations> CpuNetwork::MakeObservations(int max_batch) const {
  auto made = std::make_unique<OwnObservations>();
  const ObservationLayer& first = *stages_.front()->observation_layer();
  for (int i = 0; i < max_batch; ++i) made->observations.push_back(first.MakeObservation());
  return made;
}

Network::Activations CpuNetwork::MakeActivations(int max_states) const {
  Activations activations;
  activations.max_states = max_states;
  for (const HiddenLayer& layer : hidden_) {
    for (std::size_t stream = 0; stream < layer.names.size(); ++stream) {
      const auto units = static_cast<std::size_t>(layer.shape.streams[stream].channels);
      activations.layers.push_back({layer.names[stream], std::vector<float>(units)});
    }
  }
  if (hidden_.empty()) return activations;
  for (const StreamShape& stream : hidden_.back().shape.streams) {
    activations.features_per_state += stream.elements();
  }
  activations.features.reserve(static_cast<std::size_t>(max_states) *
                               activations.features_per_state);
  return activations;
}

void CpuNetwork::Initialize(Parameters& parameters, RandomStream& random) const {
  AlignedBuffer<float>& values = Buffer(parameters);
  std::ranges::fill(values, 0.0f);
  for (const TensorLayout& tensor : layout_.tensors()) Draw(tensor, random, values.span());
}

void CpuNetwork::Copy(const Parameters& from, Parameters& to) const {
  std::ranges::copy(Buffer(from), Buffer(to).begin());
}

std::vector<Network::NamedTensor> CpuNetwork::Export(const Parameters& parameters) const {
  const AlignedBuffer<float>& values = Buffer(parameters);
  std::vector<NamedTensor> tensors;
  for (const TensorLayout& layout : layout_.tensors()) {
    NamedTensor tensor{layout.name, layout.shape, {}};
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
    if (tensor->shape != layout.shape || tensor->values.size() != layout.size()) {
      ThrowUserError("the tensor {} has shape [{}]; the network needs [{}]", layout.name,
                     fmt::join(tensor->shape, ", "), fmt::join(layout.shape, ", "));
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
  constexpr int kShard = 4;
  auto& all = static_cast<OwnObservations&>(observations).observations;
  const ObservationLayer& first = *stages_.front()->observation_layer();
  const int count = static_cast<int>(stacks.size());
  pool.Run((count + kShard - 1) / kShard, [&](int shard) {
    const int end = std::min(count, (shard + 1) * kShard);
    for (int i = shard * kShard; i < end; ++i) first.Read(stacks[i], all[i]);
  });
}

void CpuNetwork::Forward(const Parameters& parameters, const Input& input, Workspace& workspace,
                         ThreadPool& pool, std::span<float> outputs) const {
  auto& own = static_cast<OwnWorkspace&>(workspace);
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    stages_[s]->Forward(own.Pass(s, parameters, input, pool));
  }
  const BatchView last = own.outs.back().View(input.count);
  const int size = shape().outputs();
  for (int i = 0; i < input.count; ++i) std::copy_n(last.sample(i), size, &outputs[i * size]);
}

void CpuNetwork::Inspect(Workspace& workspace, int states, Activations& activations) const {
  auto& own = static_cast<OwnWorkspace&>(workspace);
  activations.states = std::min(states, activations.max_states);
  activations.features.clear();
  auto inspected = activations.layers.begin();
  for (const HiddenLayer& layer : hidden_) {
    const BatchView view = stages_[layer.stage]->Returned(
        layer.layers, *own.stages[layer.stage], own.outs[layer.stage].View(activations.states));
    for (std::size_t stream = 0; stream < layer.names.size(); ++stream, ++inspected) {
      TakePeaks(view.From(layer.shape.Offset(stream)), layer.shape.streams[stream],
                inspected->peaks);
    }
    if (&layer == &hidden_.back()) AppendRows(view, layer.shape, activations.features);
  }
}

void CpuNetwork::BeginBackward(const Parameters& parameters, const Input& input,
                               Workspace& workspace, ThreadPool& pool,
                               std::span<const float> d_outputs) const {
  auto& own = static_cast<OwnWorkspace&>(workspace);
  const int size = shape().outputs();
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    own.in_views[s] = own.In(s, input.count);
    own.d_out_views[s] = own.d_outs[s].View(input.count);
  }
  const BatchView& last = own.d_out_views.back();
  for (int i = 0; i < input.count; ++i) std::copy_n(&d_outputs[i * size], size, last.sample(i));
  for (std::size_t s = stages_.size(); s-- > 0;) {
    if (!gradient_needed_[s] && !stages_[s]->has_parameters()) break;
    stages_[s]->Backward(own.Pass(s, parameters, input, pool), own.d_out_views[s],
                         gradient_needed_[s] ? &own.d_out_views[s - 1] : nullptr,
                         own.gradient.buffer.data());
  }
}

double CpuNetwork::FinishBackward(Workspace& workspace, const Step& step, ThreadPool& pool) const {
  auto& own = static_cast<OwnWorkspace&>(workspace);
  return std::sqrt(deferred_.Step(own.Activations(), KernelStep(step), own.step, pool,
                                  own.gradient.buffer.data()));
}

double CpuNetwork::FinishBackward(Workspace& workspace, ThreadPool& pool) const {
  auto& own = static_cast<OwnWorkspace&>(workspace);
  AlignedBuffer<float>& gradient = own.gradient.buffer;
  deferred_.Store(own.Activations(), pool, gradient.data());
  ForEachPiece(gradient.size(), pool, [&](int piece, std::size_t offset, std::size_t n) {
    own.piece_squares[piece] = kernels_.sum_of_squares(&gradient[offset], n);
  });
  double squares = 0;
  for (double sum : own.piece_squares) squares += sum;
  return std::sqrt(squares);
}

const Network::Parameters& CpuNetwork::gradient(const Workspace& workspace) const {
  return static_cast<const OwnWorkspace&>(workspace).gradient;
}

void CpuNetwork::TakeStep(Workspace& workspace, const Step& step, ThreadPool& pool) const {
  AlignedBuffer<float>& gradient = static_cast<OwnWorkspace&>(workspace).gradient.buffer;
  const kernels::ParameterStep whole = KernelStep(step);
  ForEachPiece(gradient.size(), pool, [&](int, std::size_t offset, std::size_t n) {
    kernels_.step_parameters(whole.At(offset), n, &gradient[offset]);
  });
}

}  // namespace arcadeq::cpu
