#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/choice.h"
#include "base/frame.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/update_rule.h"

namespace arcadeq {

// The values of network.backend that this build supports, the default first.
std::vector<std::string> NetworkBackends();

struct Architecture;
struct NetworkConfig;
struct NetworkShape;
using ArchitectureMaker = Architecture(const NetworkConfig& config, const NetworkShape& shape);
// Every architecture, with its default settings (nn/architectures/architectures.h).
KindSet<ArchitectureMaker> Architectures();

struct NetworkConfig {
  std::string architecture = "article";  // docs/network.md describes them
  std::int64_t hidden = 256;             // units of the hidden layer, per stream if dueling
  bool dueling = true;  // Wang et al. 2016: V + A - mean over actions of A, per sample
  // Layer normalisation before each ReLU: "none", "channels" or "sample".
  std::string normalisation = "none";
  std::string backend = NetworkBackends().front();  // "vectorised" or "reference"
  // Not a setting, for benchmarks: the instruction set that the vectorised backend uses; empty: the
  // best.
  std::string instruction_set = {};
  KindSet<ArchitectureMaker> architectures = Architectures();

  void Declare(Settings& settings);  // network.*
  // Throws UserError if the settings of the architecture contradict each other.
  void Check() const;
};

// The shapes of a network's input and output.
struct NetworkShape {
  FrameFormat frame;
  int stack = 1;
  int actions = 0;
  int atoms = 1;  // outputs per action

  int outputs() const { return actions * atoms; }
};

// A function from stacks of frames to outputs, [batch][actions][atoms], with trainable parameters.
// A Loss defines what the outputs mean. A network owns no parameters: the online and the target
// network are two sets of Parameters for one Network.
//
// Parameters, Workspace and Observations are opaque to everyone except the backend, and may only be
// used with the network that made them. Only Make...(), Export() and Import() allocate, and a pass
// if more threads work on passes than ever before.
class Network {
 public:
  // One number per parameter of the network: the parameters themselves, or associated values such
  // as a gradient or an optimiser's moments.
  class Parameters {
   public:
    virtual ~Parameters() = default;
    Parameters(const Parameters&) = delete;
    Parameters& operator=(const Parameters&) = delete;

   protected:
    Parameters() = default;
  };

  // State from Forward() for the backward pass, and the gradient. Used by one call at a time.
  class Workspace {
   public:
    virtual ~Workspace() = default;
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

   protected:
    Workspace() = default;
  };

  // Observations in the form that the first layer needs, read once for all passes.
  class Observations {
   public:
    virtual ~Observations() = default;
    Observations(const Observations&) = delete;
    Observations& operator=(const Observations&) = delete;

   protected:
    Observations() = default;
  };

  // `count` observations, starting at number `first`.
  struct Input {
    const Observations& observations;
    int first = 0;
    int count = 0;
  };

  // One optimiser step: scales the gradient, updates parameters and moments by the rule, then
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

  // What the hidden layers, those that end in a ReLU, return for some states. Made by
  // MakeActivations().
  struct Activations {
    struct Layer {
      std::string name;  // of its weights: "conv1", "advantage_hidden", ...
      // The largest activation of each unit, or of each filter of a convolution.
      std::vector<float> peaks;

      // The share of units that are zero for every state.
      double DeadShare() const;
    };

    std::vector<Layer> layers;  // from first to last; each stream of a dueling network is one
    int max_states = 0;
    int states = 0;
    // What the outputs are computed from: the activations of the last hidden layer, all streams.
    int features_per_state = 0;
    std::vector<float> features;  // [states][features_per_state]
  };

  // A tensor in PyTorch's shape and order; docs/network.md lists names and shapes.
  struct NamedTensor {
    std::string name;  // "conv1.weight", "advantage_hidden.bias", ...
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };

  virtual ~Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const NetworkShape& shape() const { return shape_; }
  // Whether the outputs are sums of a value and of advantages whose mean over the actions is 0, so
  // that the value is the mean of the outputs over the actions.
  bool dueling() const { return dueling_; }
  virtual std::size_t num_parameters() const = 0;
  virtual std::size_t parameters_bytes() const = 0;  // memory of one set of Parameters

  // All zero.
  virtual std::unique_ptr<Parameters> MakeParameters() const = 0;
  // For up to `max_batch` samples, the first `max_backward` of which may have a backward pass.
  virtual std::unique_ptr<Workspace> MakeWorkspace(int max_batch, int max_backward) const = 0;
  virtual std::unique_ptr<Observations> MakeObservations(int max_batch) const = 0;
  virtual Activations MakeActivations(int max_states) const = 0;

  // Draws initial values: Glorot-uniform for the weights of convolutions, He-normal for those of
  // dense layers (truncated at two deviations, as in Keras), zero biases, and the identity for
  // normalisation.
  virtual void Initialize(Parameters& parameters, RandomStream& random) const = 0;
  virtual void Copy(const Parameters& from, Parameters& to) const = 0;
  virtual std::vector<NamedTensor> Export(const Parameters& parameters) const = 0;
  // Throws UserError, naming the tensor, if one is missing, unknown, or has the wrong shape.
  virtual void Import(std::span<const NamedTensor> tensors, Parameters& parameters) const = 0;
  // Adds all bits of the parameters to `hash`, in the backend's order: compares two sets of one
  // network without a copy.
  virtual void AddToHash(const Parameters& parameters, Hash& hash) const = 0;

  // The stacks' frames must remain valid as long as the observations are used. Scales bytes by
  // 1/255.
  virtual void Read(std::span<const StackView> stacks, Observations& observations,
                    ThreadPool& pool) const = 0;

  // outputs: [input.count][shape().outputs()]. The results do not depend, to the bit, on the number
  // of threads or on the other samples in the batch.
  virtual void Forward(const Parameters& parameters, const Input& input, Workspace& workspace,
                       ThreadPool& pool, std::span<float> outputs) const = 0;

  // Reports the activations for the first `states` observations of the workspace's last Forward(),
  // or for as many as there is room for. All must be able to go backward; a backward pass since
  // then makes no difference.
  virtual void Inspect(Workspace& workspace, int states, Activations& activations) const = 0;

  // Computes the gradient of a loss whose derivative with respect to the outputs is d_outputs,
  // [input.count][shape().outputs()], in two parts. BeginBackward() follows Forward() with the same
  // parameters and workspace, and `input` may be a prefix of Forward()'s input. It does everything
  // that reads parameters or observations. One of the calls below then completes the gradient.
  virtual void BeginBackward(const Parameters& parameters, const Input& input, Workspace& workspace,
                             ThreadPool& pool, std::span<const float> d_outputs) const = 0;

  // Takes a step while computing the gradient, without storing most of it. Returns the gradient's
  // norm. `step.gradient_scale` must be 1.
  virtual double FinishBackward(Workspace& workspace, const Step& step, ThreadPool& pool) const = 0;

  // Stores the gradient in the workspace, where it stays until the next backward pass, and returns
  // its norm. A following TakeStep() gives the same bits as the combined call above.
  virtual double FinishBackward(Workspace& workspace, ThreadPool& pool) const = 0;
  virtual const Parameters& gradient(const Workspace& workspace) const = 0;
  virtual void TakeStep(Workspace& workspace, const Step& step, ThreadPool& pool) const = 0;

 protected:
  Network(const NetworkShape& shape, bool dueling) : shape_(shape), dueling_(dueling) {}

 private:
  NetworkShape shape_;
  bool dueling_;
};

// Throws UserError if the settings do not fit the frames.
std::unique_ptr<Network> MakeNetwork(const NetworkConfig& config, const NetworkShape& shape);

}  // namespace arcadeq
