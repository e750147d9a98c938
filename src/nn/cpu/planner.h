#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/sample_stage.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {

// Turns an architecture into the stages that run it. Each layer's Plan() function, in the file of
// the layer, says what it becomes: layers that work on one sample at a time join the same stage,
// a ReLU joins the layer before it, a convolution of the frames gets their zero blocks to skip.
class Planner {
 public:
  Planner(const NetworkConfig& config, const NetworkShape& shape, const kernels::Kernels& kernels,
          ParameterLayout& layout);

  // All layers of an architecture. The first stage reads observations.
  std::vector<std::unique_ptr<Stage>> PlanAll(const Architecture& architecture);

  // What follows is for Plan() functions.
  const NetworkConfig& config() const { return config_; }
  const NetworkShape& shape() const { return shape_; }
  const kernels::Kernels& kernels() const { return kernels_; }
  ParameterLayout& layout() { return layout_; }

  // What the next layer reads. A layer that cannot read frames takes them as activations.
  bool reads_frames() const { return stages_.empty(); }
  StreamShape TakeImage() const;
  ActivationShape TakeActivations();
  // Of the last layer with weights, a name for each stream.
  const std::vector<std::string>& names() const { return names_; }

  // Adds the tensors of some columns of a matrix and of their biases; `weight` has the name of the
  // layer's stream and all that does not follow from the matrix.
  void AddWeights(TensorLayout weight, const PanelMatrix& matrix);

  // Adds what the layer became, after its parameters.
  void Add(std::unique_ptr<ObservationLayer> layer, ActivationShape out);
  void Add(std::unique_ptr<SampleLayer> layer, ActivationShape out);
  void Add(std::unique_ptr<Stage> stage, ActivationShape out);
  // Whether what was added last applies a ReLU from now on.
  bool FuseRelu() { return !stages_.empty() && stages_.back()->FuseRelu(); }

 private:
  SampleStage& OpenSampleStage();
  void Finish(ActivationShape out);

  const NetworkConfig& config_;
  const NetworkShape& shape_;
  const kernels::Kernels& kernels_;
  ParameterLayout& layout_;

  std::vector<std::unique_ptr<Stage>> stages_;
  SampleStage* sample_stage_ = nullptr;  // the last of them, if layers can join it
  std::size_t begin_ = 0;                // where the parameters of the last stage begin
  ActivationShape out_;                  // of what was added last
  std::vector<std::string> names_, next_names_;
};

void Plan(const layers::Convolution& layer, Planner& planner);
void Plan(const layers::Dense& layer, Planner& planner);
void Plan(const layers::Normalisation& layer, Planner& planner);
void Plan(const layers::Relu& layer, Planner& planner);
void Plan(const layers::DuelingJoin& layer, Planner& planner);

}  // namespace arcadeq::cpu
