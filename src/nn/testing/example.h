#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/optimizer.h"

namespace arcadeq::testing {

// A network with random weights and small random biases, random observations and a random gradient
// of the outputs.
class Example {
 public:
  Example(std::unique_ptr<Network> made, int batch)
      : network(std::move(made)),
        parameters(network->MakeParameters()),
        workspace(network->MakeWorkspace(batch, batch)),
        observations(network->MakeObservations(batch)),
        outputs(static_cast<std::size_t>(batch) * network->shape().outputs()),
        d_outputs(outputs.size()) {
    const NetworkShape& shape = network->shape();
    frames = AlignedBuffer<std::uint8_t>(shape.frame.bytes() * shape.stack * batch);
    network->Initialize(*parameters, random);
    auto tensors = network->Export(*parameters);
    for (auto& tensor : tensors) {
      for (float& value : tensor.values) value += static_cast<float>(random.Uniform(-0.1, 0.1));
    }
    network->Import(tensors, *parameters);
    for (auto& byte : frames) byte = static_cast<std::uint8_t>(random.Below(256));
    if (shape.frame.element == ElementType::kFloat32) {
      const std::span floats(reinterpret_cast<float*>(frames.data()), frames.size() / 4);
      for (float& value : floats) value = static_cast<float>(random.Uniform(-1, 1));
    }
    for (float& value : d_outputs) value = static_cast<float>(random.Uniform(-1, 1));
    for (int i = 0; i < batch; ++i) {
      StackView stack;
      stack.depth = shape.stack;
      for (int f = 0; f < shape.stack; ++f) {
        stack.frames[f] = frames.data() + (i * shape.stack + f) * shape.frame.bytes();
      }
      stacks.push_back(stack);
    }
  }

  // From now on uses only the first `batch` observations.
  void Truncate(int batch) {
    stacks.resize(static_cast<std::size_t>(batch));
    outputs.resize(static_cast<std::size_t>(batch) * network->shape().outputs());
    d_outputs.resize(outputs.size());
  }

  Network::Input input() const { return {*observations, 0, static_cast<int>(stacks.size())}; }
  void Forward(ThreadPool& pool) {
    network->Read(stacks, *observations, pool);
    network->Forward(*parameters, input(), *workspace, pool, outputs);
  }
  void BeginBackward(ThreadPool& pool) {
    network->BeginBackward(*parameters, input(), *workspace, pool, d_outputs);
  }
  void Backward(ThreadPool& pool) {
    BeginBackward(pool);
    network->FinishBackward(*workspace, pool);
  }
  // An update without storing the gradient.
  double Step(Optimizer& optimizer, TargetBlend blend, ThreadPool& pool) {
    Forward(pool);
    BeginBackward(pool);
    return optimizer.Step(*network, *workspace, *parameters, blend, pool);
  }
  const Network::Parameters& gradient() const { return network->gradient(*workspace); }
  // A loss whose derivative with respect to the outputs is d_outputs.
  double Loss(ThreadPool& pool) {
    Forward(pool);
    double loss = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      loss += static_cast<double>(outputs[i]) * d_outputs[i];
    }
    return loss;
  }

  RandomStream random{1, "network_test"};
  std::unique_ptr<Network> network;
  std::unique_ptr<Network::Parameters> parameters;
  std::unique_ptr<Network::Workspace> workspace;
  std::unique_ptr<Network::Observations> observations;
  AlignedBuffer<std::uint8_t> frames;
  std::vector<StackView> stacks;
  std::vector<float> outputs, d_outputs;
};

}  // namespace arcadeq::testing
