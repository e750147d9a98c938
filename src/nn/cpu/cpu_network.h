#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/head.h"
#include "nn/kernels/kernels.h"
#include "nn/layout.h"
#include "nn/network.h"
#include "nn/trunk.h"

namespace arcadeq {

// Parameters on the CPU: one flat buffer that ParameterLayout maps tensors to.
class CpuParameters : public Network::Parameters {
 public:
  explicit CpuParameters(std::size_t size) : buffer(size) {}

  AlignedBuffer<float> buffer;
};

// A network on the CPU, with kernels of our own.
class CpuNetwork : public Network {
 public:
  CpuNetwork(const NetworkConfig& config, const NetworkShape& shape);

  std::size_t num_parameters() const override;
  std::size_t parameters_bytes() const override { return layout_.buffer_size() * sizeof(float); }
  std::unique_ptr<Parameters> MakeParameters() const override;
  std::unique_ptr<Workspace> MakeWorkspace(int max_batch, int max_backward) const override;
  std::unique_ptr<Observations> MakeObservations(int max_batch) const override;

  void Initialize(Parameters& parameters, RandomStream& random) const override;
  void Copy(const Parameters& from, Parameters& to) const override;
  std::vector<NamedTensor> Export(const Parameters& parameters) const override;
  void Import(std::span<const NamedTensor> tensors, Parameters& parameters) const override;
  void AddToHash(const Parameters& parameters, Hash& hash) const override;

  void Read(std::span<const StackView> stacks, Observations& observations,
            ThreadPool& pool) const override;
  void Forward(const Parameters& parameters, const Input& input, Workspace& workspace,
               ThreadPool& pool, std::span<float> outputs) const override;
  void BeginBackward(const Parameters& parameters, const Input& input, Workspace& workspace,
                     ThreadPool& pool, std::span<const float> d_outputs) const override;
  double FinishBackward(Workspace& workspace, const Step& step, ThreadPool& pool) const override;
  double FinishBackward(Workspace& workspace, ThreadPool& pool) const override;
  const Parameters& gradient(const Workspace& workspace) const override;
  void TakeStep(Workspace& workspace, const Step& step, ThreadPool& pool) const override;

 private:
  class CpuWorkspace;
  class CpuObservations;

  ParameterLayout layout_;  // filled by the two below
  Trunk trunk_;
  Head head_;
};

}  // namespace arcadeq
