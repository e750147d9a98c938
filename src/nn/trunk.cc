#include "nn/trunk.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"

namespace arcadeq {
namespace {

constexpr int kShardSamples = 4;

struct ConvSpec {
  int filters;
  int kernel;
  int stride;
};

std::span<const ConvSpec> Convolutions(const std::string& architecture) {
  static constexpr ConvSpec kArticle[] = {{16, 8, 4}, {32, 4, 2}};
  static constexpr ConvSpec kNature[] = {{32, 8, 4}, {64, 4, 2}, {64, 3, 1}};
  if (architecture == "article") return kArticle;
  if (architecture == "nature") return kNature;
  return {};
}

// The smallest side of a frame that leaves one pixel after all convolutions.
int SmallestSide(std::span<const ConvSpec> convolutions) {
  int side = 1;
  for (auto spec = convolutions.rbegin(); spec != convolutions.rend(); ++spec) {
    side = (side - 1) * spec->stride + spec->kernel;
  }
  return side;
}

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

Trunk::Images::Images(const Trunk& trunk, int max_batch)
    : images_(static_cast<std::size_t>(max_batch)) {
  if (!trunk.sparse_) return;
  for (Image& image : images_) image.blocks.emplace(*trunk.sparse_);
}

Trunk::Workspace::Workspace(const Trunk& trunk, int max_batch, int max_backward)
    : max_backward_(max_backward), d_features_(max_backward, trunk.features()) {
  for (const ConvLayer& layer : trunk.layers_) {
    const bool last = &layer == &trunk.layers_.back();
    activations_.emplace_back(last ? max_batch : max_backward, layer.shape().out_size());
    transposed_.emplace_back(layer.transposed_size());
  }
  if (trunk.layers_.empty()) activations_.emplace_back(max_batch, trunk.features());
  shards_.resize(static_cast<std::size_t>(Shards(max_batch)));
  gradients_ = AlignedBuffer<float>(shards_.size() * trunk.gradient_size_);
  for (Shard& shard : shards_) {
    shard.image = AlignedBuffer<float>(trunk.frame_.elements() * trunk.stack_);
    if (trunk.sparse_) shard.sparse.emplace(*trunk.sparse_);
    for (std::size_t l = 1; l < trunk.layers_.size(); ++l) {
      const auto size = static_cast<std::size_t>(trunk.layers_[l].shape().in_size());
      shard.activations.emplace_back(size);
      shard.d_activations.emplace_back(size);
    }
  }
}

float* Trunk::Workspace::Output(std::size_t l, int i, Shard& shard) {
  if (i >= max_backward_ && l + 1 < activations_.size()) return shard.activations[l].data();
  return activations_[l].View(i + 1).sample(i);
}

Trunk::Trunk(const std::string& architecture, const FrameFormat& frame, int stack,
             ParameterLayout& layout)
    : frame_(frame), stack_(stack), channels_(stack), height_(frame.height), width_(frame.width) {
  AddConvolutions(architecture, layout);
  gradient_size_ = layout.buffer_size();
}

void Trunk::AddConvolutions(const std::string& architecture, ParameterLayout& layout) {
  const int smallest = SmallestSide(Convolutions(architecture));
  if (height_ < smallest || width_ < smallest) {
    ThrowUserError(
        "network.architecture = {} needs frames of at least {}x{} pixels, these are {}x{}; mlp "
        "takes "
        "any size",
        architecture, smallest, smallest, height_, width_);
  }
  int number = 0;
  for (const ConvSpec& spec : Convolutions(architecture)) {
    const ConvShape shape{height_, width_, channels_, spec.filters, spec.kernel, spec.stride};
    const PanelMatrix matrix = layout.AddMatrix(shape.weight_rows(), spec.filters);
    layout.AddTensor({.name = fmt::format("conv{}.weight", ++number),
                      .kind = TensorLayout::Kind::kConvolution,
                      .matrix = matrix,
                      .outputs = spec.filters,
                      .channels = channels_,
                      .height = spec.kernel,
                      .width = spec.kernel});
    layout.AddTensor({.name = fmt::format("conv{}.bias", number),
                      .kind = TensorLayout::Kind::kBias,
                      .matrix = matrix,
                      .outputs = spec.filters});
    layers_.emplace_back(shape, matrix);
    if (number == 1 && frame_.element == ElementType::kUint8 && SparseConv::Supports(shape)) {
      sparse_.emplace(shape, matrix);
    }
    channels_ = spec.filters;
    height_ = shape.out_height();
    width_ = shape.out_width();
  }
}

void Trunk::ReadStack(const StackView& stack, float* image) const {
  const int pixels = static_cast<int>(frame_.elements());
  if (frame_.element == ElementType::kUint8) {
    kernels::InterleaveFrames(stack.frames.data(), stack_, pixels, image);
    return;
  }
  for (int f = 0; f < stack_; ++f) {
    for (int i = 0; i < pixels; ++i) {
      std::memcpy(&image[i * stack_ + f], stack.frames[f] + sizeof(float) * i, sizeof(float));
    }
  }
}

void Trunk::Read(std::span<const StackView> stacks, Images& images, ThreadPool& pool) const {
  const int samples = static_cast<int>(stacks.size());
  pool.Run(Shards(samples), [&](int shard) {
    ForEachSample(shard, samples, [&](int i) {
      Images::Image& image = images.images_[i];
      image.stack = stacks[i];
      image.sparse = sparse_ && sparse_->Read(stacks[i].frames, *image.blocks);
    });
  });
}

void Trunk::Forward(const float* parameters, const Input& input, Workspace& workspace,
                    ThreadPool& pool) const {
  const int samples = input.count;
  pool.Run(Shards(samples), [&](int shard) {
    ForEachSample(shard, samples, [&](int i) {
      const Images::Image& image = input.images.images_[input.first + i];
      if (layers_.empty()) return ReadStack(image.stack, workspace.features(samples).sample(i));
      Workspace::Shard& scratch = workspace.shards_[shard];
      float* in = workspace.Output(0, i, scratch);
      ForwardFirst(parameters, image, scratch, in);
      for (std::size_t l = 1; l < layers_.size(); ++l) {
        float* out = workspace.Output(l, i, scratch);
        layers_[l].Forward(parameters, in, out);
        in = out;
      }
    });
  });
}

void Trunk::ForwardFirst(const float* parameters, const Images::Image& image,
                         Workspace::Shard& shard, float* out) const {
  if (image.sparse) return sparse_->Forward(parameters, *image.blocks, *shard.sparse, out);
  ReadStack(image.stack, shard.image.data());
  layers_[0].Forward(parameters, shard.image.data(), out);
}

void Trunk::BackwardFirst(const Images::Image& image, Workspace::Shard& shard, const float* d_out,
                          float* gradient) const {
  if (image.sparse) return sparse_->BackwardWeights(*image.blocks, *shard.sparse, d_out, gradient);
  ReadStack(image.stack, shard.image.data());
  layers_[0].BackwardWeights(shard.image.data(), d_out, gradient);
}

void Trunk::Backward(const float* parameters, const Input& input, Workspace& workspace,
                     ThreadPool& pool, float* gradient) const {
  if (layers_.empty()) return;
  const int samples = input.count;
  for (std::size_t l = 1; l < layers_.size(); ++l) {
    layers_[l].TransposeWeights(parameters, workspace.transposed_[l].data());
  }
  const BatchView d_features = workspace.d_features(samples);
  pool.Run(Shards(samples), [&](int shard_index) {
    Workspace::Shard& shard = workspace.shards_[shard_index];
    float* shard_gradient = workspace.gradients_.data() + shard_index * gradient_size_;
    std::fill_n(shard_gradient, gradient_size_, 0.0f);
    ForEachSample(shard_index, samples, [&](int i) {
      const float* d_out = d_features.sample(i);
      for (std::size_t l = layers_.size() - 1; l > 0; --l) {
        const float* in = workspace.activations_[l - 1].View(samples).sample(i);
        float* d_in = shard.d_activations[l - 1].data();
        layers_[l].BackwardWeights(in, d_out, shard_gradient);
        layers_[l].BackwardInput(workspace.transposed_[l].data(), in, d_out, d_in);
        d_out = d_in;
      }
      BackwardFirst(input.images.images_[input.first + i], shard, d_out, shard_gradient);
    });
  });

  constexpr int kPieces = 8;
  const auto size = static_cast<int>(gradient_size_);
  const int piece = kernels::RoundUpToPanel((size + kPieces - 1) / kPieces);
  pool.Run(kPieces, [&](int i) {
    const int first = i * piece;
    kernels::SumRows(workspace.gradients_.data() + first, Shards(samples), size,
                     std::clamp(size - first, 0, piece), /*accumulate=*/false, gradient + first);
  });
}

}  // namespace arcadeq
