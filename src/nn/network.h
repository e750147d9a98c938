#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/kernels/kernels.h"

namespace arcadeq {

struct NetworkConfig {
  // "article": conv 16@8/4, conv 32@4/2, hidden layer(s); "nature": conv 32@8/4, 64@4/2, 64@3/1,
  // hidden layer(s); "mlp": two hidden layers on the flattened input.
  std::string architecture = "article";
  std::int64_t hidden = 256;  // units of the hidden layer; of each stream's when dueling
  bool dueling = true;        // Wang et al. 2016: Q = V + A - mean_a A, the mean per sample

  void Declare(Settings& settings);  // network.*
};

// A Q-network: from stacks of frames to one value for each action. Knows its architecture and how
// its parameters lie in one flat buffer; owns neither parameters nor gradients, so that the online
// and the target network are two buffers under one Network.
//
// Parameters lie as the kernels want them (see nn/layout.h); Export() and Import() translate to the
// plain layout of PyTorch (output, input, height, width), named as in docs/network.md.
class QNetwork {
 public:
  // What Forward() leaves for Backward(), for up to `max_batch` samples, of which the first
  // `max_backward` can go backward. Made once, used again; by one Forward() or Backward() at a
  // time.
  class Workspace;
  struct WorkspaceDeleter {
    void operator()(Workspace* workspace) const;
  };
  using WorkspacePtr = std::unique_ptr<Workspace, WorkspaceDeleter>;

  // Observations as the first layer takes them, read once for all passes over them, whatever the
  // parameters. The stacks' frames must hold as long as their images are used.
  class Images;
  struct ImagesDeleter {
    void operator()(Images* images) const;
  };
  using ImagesPtr = std::unique_ptr<Images, ImagesDeleter>;
  // `count` of them from number `first` on.
  struct Input {
    const Images& images;
    int first = 0;
    int count = 0;
  };

  // Throws UserError if the settings and the frames do not go together.
  QNetwork(const NetworkConfig& config, const FrameFormat& frame, int stack, int num_actions);
  ~QNetwork();

  int num_actions() const;
  // The length of the parameter buffer in floats, padding included (padding stays zero in
  // parameters and gradients); and the number of true parameters.
  std::size_t buffer_size() const;
  std::size_t num_parameters() const;

  // Glorot-uniform convolutions, He-normal dense layers (truncated at two deviations, as Keras
  // draws them), zero biases.
  void Initialize(std::span<float> parameters, RandomStream& random) const;

  WorkspacePtr MakeWorkspace(int max_batch, int max_backward) const;
  WorkspacePtr MakeWorkspace(int max_batch) const { return MakeWorkspace(max_batch, max_batch); }

  // For up to `max_batch` stacks. uint8 frames are scaled by 1/255.
  ImagesPtr MakeImages(int max_batch) const;
  void Read(std::span<const StackView> stacks, Images& images, ThreadPool& pool) const;

  // q: [input.count][num_actions]. Bits do not depend on the number of threads or on the other
  // samples in the batch.
  void Forward(std::span<const float> parameters, const Input& input, Workspace& workspace,
               ThreadPool& pool, std::span<float> q) const;

  // After Forward() with the same parameters and workspace: writes (does not add) the gradient of a
  // loss whose derivative with respect to q is dq. `input` may be the first of those that Forward()
  // had; dq: [input.count][num_actions].
  void Backward(std::span<const float> parameters, const Input& input, Workspace& workspace,
                ThreadPool& pool, std::span<const float> dq, std::span<float> gradient) const {
    BeginBackward(parameters, input, workspace, pool, dq, gradient);
    FinishBackward(workspace, pool, gradient);
  }

  // The same in two parts. Only the first needs the parameters and the input; it writes the
  // gradient of everything but the weights of hidden layers, which are nearly all there is.
  void BeginBackward(std::span<const float> parameters, const Input& input, Workspace& workspace,
                     ThreadPool& pool, std::span<const float> dq, std::span<float> gradient) const;
  void FinishBackward(Workspace& workspace, ThreadPool& pool, std::span<float> gradient) const;

  // Instead of FinishBackward() and a step of the optimiser: takes the step (of Optimizer's
  // BeginStep()) with the weights of hidden layers as their gradient is made, tile by tile, and
  // never stores it. The parameters get the same bits. Returns the norm of the whole gradient.
  double FinishBackwardWithStep(Workspace& workspace, ThreadPool& pool, std::span<float> gradient,
                                const kernels::ParameterStep& step) const;

  struct NamedTensor {
    std::string name;                 // "conv1.weight", "advantage_hidden.bias", ...
    std::vector<std::int64_t> shape;  // PyTorch's
    std::vector<float> values;
  };
  std::vector<NamedTensor> Export(std::span<const float> parameters) const;
  // Throws UserError, naming the tensor, if one is missing, of another shape, or not known.
  void Import(std::span<const NamedTensor> tensors, std::span<float> parameters) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadeq
