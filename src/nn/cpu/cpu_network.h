#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/frame.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/cpu/deferred_weights.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/stage.h"
#include "nn/network.h"

namespace arcadeq::cpu {

// A network on the CPU: stages over a batch, with our own kernels.
class CpuNetwork : public Network {
 public:
  // `kernels` must outlive the network. Throws UserError as MakeNetwork() does.
  CpuNetwork(const NetworkConfig& config, const NetworkShape& shape,
             const kernels::Kernels& kernels);

  std::size_t num_parameters() const override;
  std::size_t parameters_bytes() const override { return layout_.buffer_size() * sizeof(float); }
  std::unique_ptr<Parameters> MakeParameters() const override;
  std::unique_ptr<Workspace> MakeWorkspace(int max_batch, int max_backward) const override;
  std::unique_ptr<Observations> MakeObservations(int max_batch) const override;
  Activations MakeActivations(int max_states) const override;

  void Initialize(Parameters& parameters, RandomStream& random) const override;
  void Copy(const Parameters& from, Parameters& to) const override;
  std::vector<NamedTensor> Export(const Parameters& parameters) const override;
  void Import(std::span<const NamedTensor> tensors, Parameters& parameters) const override;
  void AddToHash(const Parameters& parameters, Hash& hash) const override;

  void Read(std::span<const StackView> stacks, Observations& observations,
            ThreadPool& pool) const override;
  void Forward(const Parameters& parameters, const Input& input, Workspace& workspace,
               ThreadPool& pool, std::span<float> outputs) const override;
  void Inspect(Workspace& workspace, int states, Activations& activations) const override;
  void BeginBackward(const Parameters& parameters, const Input& input, Workspace& workspace,
                     ThreadPool& pool, std::span<const float> d_outputs) const override;
  double FinishBackward(Workspace& workspace, const Step& step, ThreadPool& pool) const override;
  double FinishBackward(Workspace& workspace, ThreadPool& pool) const override;
  const Parameters& gradient(const Workspace& workspace) const override;
  void TakeStep(Workspace& workspace, const Step& step, ThreadPool& pool) const override;

 private:
  class OwnWorkspace;
  class OwnObservations;

  const kernels::Kernels& kernels_;
  ParameterLayout layout_;
  std::vector<HiddenLayer> hidden_;
  std::vector<std::unique_ptr<Stage>> stages_;
  std::vector<bool> gradient_needed_;  // by stage: whether its input needs a gradient
  DeferredWeights deferred_;
};

}  // namespace arcadeq::cpu
