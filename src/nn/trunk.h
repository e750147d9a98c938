#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "base/thread_pool.h"
#include "nn/activations.h"
#include "nn/conv_layer.h"
#include "nn/layout.h"
#include "nn/sparse_conv.h"

namespace arcadeq {

// The part of a network between the frames and the dense layers: the frames as floats, scaled and
// interleaved to channels-last, through the convolutions of the architecture, if it has any.
//
// Samples are worked on in fixed shards, each with scratch memory and a small gradient of its own;
// the gradients are added in the order of the shards.
class Trunk {
 public:
  // The observations of up to `max_batch` samples as the first layer takes them. Their frames must
  // hold as long as they are used.
  class Images {
   public:
    Images(const Trunk& trunk, int max_batch);

   private:
    friend class Trunk;
    struct Image {
      StackView stack;
      std::optional<SparseConv::Image> blocks;
      bool sparse = false;  // it lies in `blocks`
    };
    std::vector<Image> images_;
  };

  // Some of them.
  struct Input {
    const Images& images;
    int first;
    int count;
  };

  // What Forward() leaves for Backward(), and scratch memory, for up to `max_batch` samples, of
  // which the first `max_backward` can go backward.
  class Workspace {
   public:
    Workspace(const Trunk& trunk, int max_batch, int max_backward);

    BatchView features(int count) { return activations_.back().View(count); }
    BatchView d_features(int count) { return d_features_.View(count); }

   private:
    friend class Trunk;
    struct Shard {
      AlignedBuffer<float> image;
      std::optional<SparseConv::Scratch> sparse;
      // Of each convolution's output but the last: of a sample that does not go backward, whose
      // activations are then soon forgotten by the cache too; and the gradients.
      std::vector<AlignedBuffer<float>> activations, d_activations;
    };
    // Where the output of convolution l of sample i goes.
    float* Output(std::size_t l, int i, Shard& shard);

    int max_backward_;
    std::vector<BatchMatrix> activations_;  // of each convolution's output, or the input's if none
    BatchMatrix d_features_;
    std::vector<AlignedBuffer<float>> transposed_;  // weights of each convolution but the first
    std::vector<Shard> shards_;
    AlignedBuffer<float> gradients_;  // [shard][gradient_size_]
  };

  // Adds its parameters to `layout`, which must be empty: they come first. Throws UserError if a
  // frame is too small for the architecture.
  Trunk(const std::string& architecture, const FrameFormat& frame, int stack,
        ParameterLayout& layout);

  // The image that comes out: the features of a sample are its elements, channels-last.
  int channels() const { return channels_; }
  int height() const { return height_; }
  int width() const { return width_; }
  int features() const { return channels_ * height_ * width_; }
  bool has_parameters() const { return !layers_.empty(); }

  void Read(std::span<const StackView> stacks, Images& images, ThreadPool& pool) const;
  void Forward(const float* parameters, const Input& input, Workspace& workspace,
               ThreadPool& pool) const;
  // From workspace.d_features(), which must be zero where the features are, writes the gradient of
  // the trunk's own parameters.
  void Backward(const float* parameters, const Input& input, Workspace& workspace, ThreadPool& pool,
                float* gradient) const;

 private:
  void AddConvolutions(const std::string& architecture, ParameterLayout& layout);
  void ForwardFirst(const float* parameters, const Images::Image& image, Workspace::Shard& shard,
                    float* out) const;
  void BackwardFirst(const Images::Image& image, Workspace::Shard& shard, const float* d_out,
                     float* gradient) const;
  // The frames of a stack as a channels-last image of floats.
  void ReadStack(const StackView& stack, float* image) const;

  FrameFormat frame_;
  int stack_;
  int channels_, height_, width_;
  std::vector<ConvLayer> layers_;
  std::optional<SparseConv> sparse_;  // of the first layer, if it can be
  std::size_t gradient_size_ = 0;
};

}  // namespace arcadeq
