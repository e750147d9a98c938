#include "nn/cpu/sample_stage.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {
namespace {

constexpr int kShardSamples = 4;

int Shards(int samples) {
  return (samples + kShardSamples - 1) / kShardSamples;
}

// Calls work(sample) for the samples of a shard.
template <typename Work>
void ForEachSample(int shard, int samples, Work work) {
  const int end = std::min(samples, (shard + 1) * kShardSamples);
  for (int sample = shard * kShardSamples; sample < end; ++sample) work(sample);
}

}  // namespace

class SampleStage::OwnWorkspace : public Stage::Workspace {
 public:
  struct Shard {
    ObservationLayer::Scratch observation;
    // The inputs of the layers for a sample without a backward pass, whose activations need not be
    // kept, and the gradients.
    std::vector<AlignedBuffer<float>> inputs, d_inputs;
  };

  OwnWorkspace(const SampleStage& stage, int max_batch, int max_backward_samples)
      : max_backward(max_backward_samples), shards(Shards(max_batch)) {
    // The first layer reads the stage's input, unless the input is observations.
    const std::size_t first = stage.first_ == nullptr ? 1 : 0;
    inputs.resize(stage.layers_.size());
    for (std::size_t l = 0; l < stage.layers_.size(); ++l) {
      prepared.emplace_back(stage.layers_[l]->prepared_size());
      if (l >= first) inputs[l].emplace(max_backward, stage.InputSize(l));
    }
    for (Shard& shard : shards) {
      if (stage.first_ != nullptr) shard.observation = stage.first_->MakeScratch();
      for (std::size_t l = 0; l < stage.layers_.size(); ++l) {
        const auto size = static_cast<std::size_t>(l >= first ? stage.InputSize(l) : 0);
        shard.inputs.emplace_back(size);
        shard.d_inputs.emplace_back(size);
      }
    }
    const std::size_t gradient_size = stage.end_ - stage.begin_;
    gradients =
        AlignedBuffer<float>(static_cast<std::size_t>(Shards(max_backward)) * gradient_size);
  }

  // The input of layer l for sample i.
  float* Input(std::size_t l, int i, const BatchView& in, Shard& shard) {
    std::optional<BatchMatrix>& input = inputs[l];
    if (!input) return in.sample(i);
    return i < max_backward ? input->View(i + 1).sample(i) : shard.inputs[l].data();
  }

  int max_backward;
  std::vector<std::optional<BatchMatrix>>
      inputs;                                  // by layer, except one that reads the stage's input
  std::vector<AlignedBuffer<float>> prepared;  // by layer
  std::vector<Shard> shards;
  AlignedBuffer<float> gradients;  // [shard][parameters]
};

int SampleStage::InputSize(std::size_t l) const {
  if (l > 0) return layers_[l - 1]->out_size();
  return first_ != nullptr ? first_->out_size() : in_size_;
}

int SampleStage::out_size() const {
  return InputSize(layers_.size());
}

bool SampleStage::FuseRelu() {
  if (!layers_.empty()) return layers_.back()->FuseRelu();
  return first_ != nullptr && first_->FuseRelu();
}

std::unique_ptr<Stage::Workspace> SampleStage::MakeWorkspace(int max_batch,
                                                             int max_backward) const {
  return std::make_unique<OwnWorkspace>(*this, max_batch, max_backward);
}

void SampleStage::Forward(const Pass& pass) const {
  auto& workspace = static_cast<OwnWorkspace&>(pass.workspace);
  const int samples = pass.out.count;
  pass.pool.Run(Shards(samples), [&](int index) {
    OwnWorkspace::Shard& shard = workspace.shards[index];
    ForEachSample(index, samples, [&](int i) {
      const auto input = [&](std::size_t l) {
        return l == layers_.size() ? pass.out.sample(i) : workspace.Input(l, i, pass.in, shard);
      };
      if (first_ != nullptr) {
        first_->Forward(pass.parameters, pass.observations[i], shard.observation, input(0));
      }
      for (std::size_t l = 0; l < layers_.size(); ++l) {
        layers_[l]->Forward(pass.parameters, input(l), input(l + 1));
      }
    });
  });
}

BatchView SampleStage::Returned(std::size_t layers, Workspace& workspace,
                                const BatchView& out) const {
  if (layers == this->layers()) return out;
  const std::size_t reader = first_ != nullptr ? layers - 1 : layers;
  std::optional<BatchMatrix>& read = static_cast<OwnWorkspace&>(workspace).inputs[reader];
  if (!read) throw std::logic_error("a stage does not own what it reads");
  return read->View(out.count);
}

void SampleStage::Backward(const Pass& pass, const BatchView& d_out, const BatchView* d_in,
                           float* gradient) const {
  auto& workspace = static_cast<OwnWorkspace&>(pass.workspace);
  const int samples = pass.out.count;
  const std::size_t size = end_ - begin_;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (l == 0 && first_ == nullptr && d_in == nullptr) continue;
    layers_[l]->Prepare(pass.parameters, workspace.prepared[l].data());
  }
  pass.pool.Run(Shards(samples), [&](int index) {
    OwnWorkspace::Shard& shard = workspace.shards[index];
    float* const shard_gradient = workspace.gradients.data() + index * size;
    std::fill_n(shard_gradient, size, 0.0f);
    // The layers use offsets from the start of the whole buffer.
    float* const whole = shard_gradient - begin_;
    ForEachSample(index, samples, [&](int i) {
      const float* out = pass.out.sample(i);
      float* d = d_out.sample(i);
      for (std::size_t l = layers_.size(); l-- > 0;) {
        const float* in = workspace.Input(l, i, pass.in, shard);
        float* d_next = workspace.inputs[l] ? shard.d_inputs[l].data()
                        : d_in != nullptr   ? d_in->sample(i)
                                            : nullptr;
        layers_[l]->Backward({.parameters = pass.parameters,
                              .prepared = workspace.prepared[l].data(),
                              .in = in,
                              .out = out,
                              .d_out = d,
                              .d_in = d_next,
                              .gradient = whole});
        out = in;
        d = d_next;
      }
      if (first_ != nullptr) {
        first_->Backward(pass.observations[i], shard.observation, out, d, whole);
      }
    });
  });
  if (size == 0) return;

  constexpr int kPieces = 8;
  const auto floats = static_cast<int>(size);
  const int piece = kernels::RoundUpToPanel((floats + kPieces - 1) / kPieces);
  pass.pool.Run(kPieces, [&](int i) {
    const int first = i * piece;
    kernels_.sum_rows(workspace.gradients.data() + first, Shards(samples), floats,
                      std::clamp(floats - first, 0, piece), /*accumulate=*/false,
                      gradient + begin_ + first);
  });
}

}  // namespace arcadeq::cpu
