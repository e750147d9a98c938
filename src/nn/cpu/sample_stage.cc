#include "nn/cpu/sample_stage.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/thread_pool.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {
namespace {

int Groups(int samples) {
  return (samples + kGroupSamples - 1) / kGroupSamples;
}

}  // namespace

// Working memory for one group.
struct SampleStage::Scratch {
  explicit Scratch(const SampleStage& stage) {
    std::size_t layer_size = 0;
    if (stage.first_ != nullptr) observation = stage.first_->MakeScratch();
    for (std::size_t l = 0; l < stage.layers_.size(); ++l) {
      const auto size = static_cast<std::size_t>(stage.OwnsInput(l) ? stage.InputSize(l) : 0);
      inputs.emplace_back(kGroupSamples * size);
      d_inputs.emplace_back(kGroupSamples * size);
      layer_size = std::max(layer_size, stage.layers_[l]->scratch_size());
    }
    layer = AlignedBuffer<float>(layer_size);
  }

  // A sample's part of the memory of its group.
  static float* Sample(AlignedBuffer<float>& group, int i) {
    return group.data() + i % kGroupSamples * (group.size() / kGroupSamples);
  }

  ObservationLayer::Scratch observation;
  // By layer: the inputs for samples without a backward pass, whose activations need not be kept,
  // and the gradients.
  std::vector<AlignedBuffer<float>> inputs, d_inputs;
  AlignedBuffer<float> layer;

  std::unique_ptr<Scratch> next;  // in a list
};

// The working memory that no group is using at present. What was pushed last is popped first,
// because it is in the cache.
class SampleStage::ScratchList {
 public:
  explicit ScratchList(const SampleStage& stage) : stage_(stage) {}

  // Allocates until there are that many in all. Pop() then need not allocate, which work in a pool
  // must not, unless passes on other threads use more.
  void Reserve(int count) {
    const std::lock_guard lock(mutex_);
    for (; count_ < count; ++count_) Link(std::make_unique<Scratch>(stage_));
  }
  std::unique_ptr<Scratch> Pop() {
    const std::lock_guard lock(mutex_);
    if (first_ == nullptr) {
      ++count_;
      return std::make_unique<Scratch>(stage_);
    }
    std::unique_ptr<Scratch> popped = std::move(first_);
    first_ = std::move(popped->next);
    return popped;
  }
  void Push(std::unique_ptr<Scratch> scratch) {
    const std::lock_guard lock(mutex_);
    Link(std::move(scratch));
  }

 private:
  void Link(std::unique_ptr<Scratch> scratch) {
    scratch->next = std::move(first_);
    first_ = std::move(scratch);
  }

  const SampleStage& stage_;
  std::mutex mutex_;
  std::unique_ptr<Scratch> first_;
  int count_ = 0;  // those that are in use included
};

class SampleStage::OwnWorkspace : public Stage::Workspace {
 public:
  OwnWorkspace(const SampleStage& stage, int max_backward_samples)
      : max_backward(max_backward_samples) {
    inputs.resize(stage.layers_.size());
    for (std::size_t l = 0; l < stage.layers_.size(); ++l) {
      prepared.emplace_back(stage.layers_[l]->prepared_size(max_backward > 0));
      if (stage.OwnsInput(l)) inputs[l].emplace(max_backward, stage.InputSize(l));
    }
    const std::size_t gradient_size = stage.end_ - stage.begin_;
    gradients =
        AlignedBuffer<float>(static_cast<std::size_t>(Groups(max_backward)) * gradient_size);
  }

  // The input of layer l for sample i.
  float* Input(std::size_t l, int i, const BatchView& in, Scratch& scratch) {
    std::optional<BatchMatrix>& input = inputs[l];
    if (!input) return in.sample(i);
    return i < max_backward ? input->View(i + 1).sample(i) : Scratch::Sample(scratch.inputs[l], i);
  }

  int max_backward;
  std::vector<std::optional<BatchMatrix>>
      inputs;                                  // by layer, except one that reads the stage's input
  std::vector<AlignedBuffer<float>> prepared;  // by layer
  AlignedBuffer<float> gradients;              // [group][parameters]
};

SampleStage::SampleStage(const kernels::Kernels& kernels, int in_size)
    : kernels_(kernels), in_size_(in_size), scratch_(std::make_unique<ScratchList>(*this)) {}

SampleStage::~SampleStage() = default;

template <typename Work>
void SampleStage::ForEachGroup(int samples, ThreadPool& pool, Work work) const {
  scratch_->Reserve(std::min(pool.threads(), Groups(samples)));
  pool.Run(Groups(samples), [&](int group) {
    std::unique_ptr<Scratch> scratch = scratch_->Pop();
    work(group, std::min(kGroupSamples, samples - group * kGroupSamples), *scratch);
    scratch_->Push(std::move(scratch));
  });
}

bool SampleStage::OwnsInput(std::size_t l) const {
  return l > 0 || first_ != nullptr;
}

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

std::unique_ptr<Stage::Workspace> SampleStage::MakeWorkspace(int max_backward) const {
  return std::make_unique<OwnWorkspace>(*this, max_backward);
}

void SampleStage::Forward(const Pass& pass) const {
  auto& workspace = static_cast<OwnWorkspace&>(pass.workspace);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    layers_[l]->PrepareForward(pass.parameters, workspace.prepared[l].data());
  }
  ForEachGroup(pass.out.count, pass.pool, [&](int group, int samples, Scratch& scratch) {
    const int begin = group * kGroupSamples;
    const auto inputs_of = [&](std::size_t l) {
      std::array<float*, kGroupSamples> inputs{};
      for (int i = 0; i < samples; ++i) {
        inputs[i] = l == layers_.size() ? pass.out.sample(begin + i)
                                        : workspace.Input(l, begin + i, pass.in, scratch);
      }
      return inputs;
    };
    std::array<float*, kGroupSamples> in = inputs_of(0);
    if (first_ != nullptr) {
      for (int i = 0; i < samples; ++i) {
        first_->Forward(pass.parameters, pass.observations[begin + i], scratch.observation, in[i]);
      }
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const std::array<float*, kGroupSamples> out = inputs_of(l + 1);
      layers_[l]->ForwardGroup({.parameters = pass.parameters,
                                .prepared = workspace.prepared[l].data(),
                                .scratch = scratch.layer.data(),
                                .samples = samples},
                               in.data(), out.data());
      in = out;
    }
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
  const std::size_t size = end_ - begin_;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (!OwnsInput(l) && d_in == nullptr) continue;
    layers_[l]->PrepareBackward(pass.parameters, workspace.prepared[l].data());
  }
  ForEachGroup(pass.out.count, pass.pool, [&](int group, int samples, Scratch& scratch) {
    const int begin = group * kGroupSamples;
    float* const group_gradient = workspace.gradients.data() + group * size;
    std::fill_n(group_gradient, size, 0.0f);
    // The layers use offsets from the start of the whole buffer.
    float* const whole = group_gradient - begin_;
    std::array<float*, kGroupSamples> in{}, out{}, d{}, d_next{};
    for (int i = 0; i < samples; ++i) {
      out[i] = pass.out.sample(begin + i);
      d[i] = d_out.sample(begin + i);
    }
    for (std::size_t l = layers_.size(); l-- > 0;) {
      for (int i = 0; i < samples; ++i) {
        in[i] = workspace.Input(l, begin + i, pass.in, scratch);
        d_next[i] = OwnsInput(l)      ? Scratch::Sample(scratch.d_inputs[l], i)
                    : d_in != nullptr ? d_in->sample(begin + i)
                                      : nullptr;
      }
      layers_[l]->BackwardGroup({.parameters = pass.parameters,
                                 .prepared = workspace.prepared[l].data(),
                                 .scratch = scratch.layer.data(),
                                 .samples = samples},
                                {.in = in.data(),
                                 .out = out.data(),
                                 .d_out = d.data(),
                                 .d_in = d_next.data(),
                                 .gradient = whole});
      out = in;
      d = d_next;
    }
    if (first_ == nullptr) return;
    for (int i = 0; i < samples; ++i) {
      first_->Backward(pass.observations[begin + i], scratch.observation, out[i], d[i], whole);
    }
  });
  if (size == 0) return;

  constexpr int kPieces = 8;
  const auto floats = static_cast<int>(size);
  const int piece = kernels::RoundUpToPanel((floats + kPieces - 1) / kPieces);
  pass.pool.Run(kPieces, [&](int i) {
    const int first = i * piece;
    kernels_.sum_rows(workspace.gradients.data() + first, Groups(pass.out.count), floats,
                      std::clamp(floats - first, 0, piece), /*accumulate=*/false,
                      gradient + begin_ + first);
  });
}

}  // namespace arcadeq::cpu
