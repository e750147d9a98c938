#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/frame.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/update_rule.h"

namespace arcadeq {

// The values of network.backend that this build has, the default first.
std::vector<std::string> NetworkBackends();

struct NetworkConfig {
  std::string architecture = "article";  // docs/network.md describes them
  std::int64_t hidden = 256;             // units of the hidden layer; of each stream's when dueling
  bool dueling = true;  // Wang et al. 2016: V + A - mean over actions of A, per sample
  // Layer normalisation before each ReLU: "none", "channels" or "sample".
  std::string normalisation = "none";
  std::string backend = NetworkBackends().front();  // "vectorised" or "reference"
  // No setting: which of the processor's instruction sets the vectorised backend uses, for
  // benchmarks. Empty: the best.
  std::string instruction_set = {};

  void Declare(Settings& settings);  // network.*
};

// What a network reads, and how much it returns.
struct NetworkShape {
  FrameFormat frame;
  int stack = 1;
  int actions = 0;
  int atoms = 1;  // outputs for each action

  int outputs() const { return actions * atoms; }
};

// A function from stacks of frames to outputs, [batch][actions][atoms], with parameters that can be
// trained. What the outputs mean is a loss's business. A network owns no parameters: online and
// target network are two sets of Parameters under one Network.
//
// What the network makes belongs to it: only the backend looks into Parameters, Workspace and
// Observations, and none may be handed to another network. Nothing allocates but Make...(),
// Export() and Import().
class Network {
 public:
  // A number for each of the network's parameters: the parameters themselves, or something that
  // goes with them, such as a gradient or an optimiser's moments.
  class Parameters {
   public:
    virtual ~Parameters() = default;
    Parameters(const Parameters&) = delete;
    Parameters& operator=(const Parameters&) = delete;

   protected:
    Parameters() = default;
  };

  // What Forward() leaves for the backward pass, and the gradient. Used by one call at a time.
  class Workspace {
   public:
    virtual ~Workspace() = default;
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

   protected:
    Workspace() = default;
  };

  // Observations as the first layer takes them, read once for all passes over them.
  class Observations {
   public:
    virtual ~Observations() = default;
    Observations(const Observations&) = delete;
    Observations& operator=(const Observations&) = delete;

   protected:
    Observations() = default;
  };

  // `count` observations from number `first` on.
  struct Input {
    const Observations& observations;
    int first = 0;
    int count = 0;
  };

  // One step of an optimiser: scales the gradient, changes parameters and moments by the rule, then
  // blends the parameters into the target: target += tau * (parameters - target).
  struct Step {
    UpdateRule rule;
    double gradient_scale = 1;
    Parameters& parameters;
    Parameters& mean;
    Parameters& square;
    Parameters* target = nullptr;  // null: no blend
    double tau = 0;
  };

  // A tensor as PyTorch has it; docs/network.md lists names and shapes.
  struct NamedTensor {
    std::string name;  // "conv1.weight", "advantage_hidden.bias", ...
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };

  virtual ~Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const NetworkShape& shape() const { return shape_; }
  virtual std::size_t num_parameters() const = 0;
  virtual std::size_t parameters_bytes() const = 0;  // of one set of Parameters

  // Zero.
  virtual std::unique_ptr<Parameters> MakeParameters() const = 0;
  // For up to `max_batch` samples, of which the first `max_backward` can go backward.
  virtual std::unique_ptr<Workspace> MakeWorkspace(int max_batch, int max_backward) const = 0;
  virtual std::unique_ptr<Observations> MakeObservations(int max_batch) const = 0;

  // Draws initial values: weights of convolutions Glorot-uniform, of dense layers He-normal
  // (truncated at two deviations, as Keras draws them), biases zero, and normalisation the
  // identity.
  virtual void Initialize(Parameters& parameters, RandomStream& random) const = 0;
  virtual void Copy(const Parameters& from, Parameters& to) const = 0;
  virtual std::vector<NamedTensor> Export(const Parameters& parameters) const = 0;
  // Throws UserError, naming the tensor, if one is missing, of another shape, or not known.
  virtual void Import(std::span<const NamedTensor> tensors, Parameters& parameters) const = 0;
  // Adds all bits of the parameters, in the backend's order: tells whether two sets of one network
  // are equal, without a copy.
  virtual void AddToHash(const Parameters& parameters, Hash& hash) const = 0;

  // The stacks' frames must hold as long as the observations are used. Bytes are scaled by 1/255.
  virtual void Read(std::span<const StackView> stacks, Observations& observations,
                    ThreadPool& pool) const = 0;

  // outputs: [input.count][shape().outputs()]. Bits do not depend on the number of threads or on
  // the other samples in the batch.
  virtual void Forward(const Parameters& parameters, const Input& input, Workspace& workspace,
                       ThreadPool& pool, std::span<float> outputs) const = 0;

  // The gradient of a loss whose derivative with respect to the outputs is d_outputs,
  // [input.count][shape().outputs()], in two parts. BeginBackward() follows Forward() with the same
  // parameters and workspace, and `input` may be the first of those that Forward() had. It does all
  // that reads parameters or observations. One of the calls below then completes the gradient.
  virtual void BeginBackward(const Parameters& parameters, const Input& input, Workspace& workspace,
                             ThreadPool& pool, std::span<const float> d_outputs) const = 0;

  // Takes a step while the gradient is made, without storing most of it. Returns the gradient's
  // norm. `step.gradient_scale` is 1.
  virtual double FinishBackward(Workspace& workspace, const Step& step, ThreadPool& pool) const = 0;

  // Stores the gradient in the workspace, where it stays until the next backward pass, and returns
  // its norm. TakeStep() then gives the bits that the step while it is made would have given.
  virtual double FinishBackward(Workspace& workspace, ThreadPool& pool) const = 0;
  virtual const Parameters& gradient(const Workspace& workspace) const = 0;
  virtual void TakeStep(Workspace& workspace, const Step& step, ThreadPool& pool) const = 0;

 protected:
  explicit Network(const NetworkShape& shape) : shape_(shape) {}

 private:
  NetworkShape shape_;
};

// Throws UserError if the settings and the frames do not go together.
std::unique_ptr<Network> MakeNetwork(const NetworkConfig& config, const NetworkShape& shape);

}  // namespace arcadeq
