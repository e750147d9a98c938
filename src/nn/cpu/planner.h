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
#include "nn/network.h"

namespace arcadeq::cpu {

// Turns an architecture into the stages that run it. Each layer's Plan() function, in the file of
// the layer, adds what runs: consecutive layers that process groups of samples share a stage, a
// ReLU is fused into the previous layer, and a convolution of the frames skips their zero blocks.
class Planner {
 public:
  // PlanAll() fills `layout`, and `hidden` with the hidden layers from first to last.
  Planner(const NetworkConfig& config, const NetworkShape& shape, const kernels::Kernels& kernels,
          ParameterLayout& layout, std::vector<HiddenLayer>& hidden);

  // Plans all layers of an architecture. The first stage reads observations.
  std::vector<std::unique_ptr<Stage>> PlanAll(const std::vector<Layer>& layers);

  // The rest is for Plan() functions.
  const NetworkConfig& config() const { return config_; }
  const NetworkShape& shape() const { return shape_; }
  const kernels::Kernels& kernels() const { return kernels_; }
  ParameterLayout& layout() { return layout_; }

  // The input of the next layer. A layer that cannot read frames gets them as activations.
  bool reads_frames() const { return stages_.empty(); }
  StreamShape TakeImage() const;
  ActivationShape TakeActivations();
  // The name of each stream of the last layer with weights.
  const std::vector<std::string>& names() const { return names_; }

  // Adds the tensors for some columns of a matrix and for their biases; `weight` has the name of
  // the layer's stream and everything that does not follow from the matrix.
  void AddWeights(TensorLayout weight, const PanelMatrix& matrix);

  // Adds the planned layer, after its parameters.
  void Add(std::unique_ptr<ObservationLayer> layer, ActivationShape out);
  void Add(std::unique_ptr<GroupLayer> layer, ActivationShape out);
  void Add(std::unique_ptr<Stage> stage, ActivationShape out);
  // Fuses a ReLU into the layer added last, if possible; returns whether it did.
  bool FuseRelu() { return !stages_.empty() && stages_.back()->FuseRelu(); }
  // Records that the last layer added ends in a ReLU.
  void EndHiddenLayer();

 private:
  SampleStage& OpenSampleStage();
  void Finish(ActivationShape out);

  const NetworkConfig& config_;
  const NetworkShape& shape_;
  const kernels::Kernels& kernels_;
  ParameterLayout& layout_;
  std::vector<HiddenLayer>& hidden_;

  std::vector<std::unique_ptr<Stage>> stages_;
  SampleStage* sample_stage_ = nullptr;  // the last stage, if layers can join it
  std::size_t begin_ = 0;                // offset of the last stage's parameters
  ActivationShape out_;                  // output of the layer added last
  std::vector<std::string> names_, next_names_;
};

void Plan(const layers::Convolution& layer, Planner& planner);
void Plan(const layers::Dense& layer, Planner& planner);
void Plan(const layers::Normalisation& layer, Planner& planner);
void Plan(const layers::Relu& layer, Planner& planner);
void Plan(const layers::DuelingJoin& layer, Planner& planner);

}  // namespace arcadeq::cpu
