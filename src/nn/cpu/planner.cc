#include "nn/cpu/planner.h"

#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/frame_reader.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/flattened_frames.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/sample_stage.h"
#include "nn/cpu/stage.h"
#include "nn/network.h"

namespace arcadeq::cpu {

Planner::Planner(const NetworkConfig& config, const NetworkShape& shape,
                 const kernels::Kernels& kernels, ParameterLayout& layout,
                 std::vector<HiddenLayer>& hidden)
    : config_(config), shape_(shape), kernels_(kernels), layout_(layout), hidden_(hidden) {}

std::vector<std::unique_ptr<Stage>> Planner::PlanAll(const std::vector<Layer>& layers) {
  for (const Layer& layer : layers) {
    std::visit([this](const auto& each) { Plan(each, *this); }, layer);
  }
  return std::move(stages_);
}

StreamShape Planner::TakeImage() const {
  if (reads_frames()) return {shape_.frame.height, shape_.frame.width, shape_.stack};
  if (!out_.image) throw std::logic_error("a convolution needs an image as input");
  return out_.streams.front();
}

ActivationShape Planner::TakeActivations() {
  if (reads_frames()) {
    const ActivationShape image{{TakeImage()}, /*image=*/true};
    Add(std::make_unique<FlattenedFrames>(FrameReader(kernels_, shape_.frame, shape_.stack)),
        image);
  }
  return out_;
}

void Planner::AddWeights(TensorLayout weight, const PanelMatrix& matrix) {
  next_names_.push_back(weight.name);
  const TensorLayout bias{.name = weight.name + ".bias",
                          .shape = {weight.outputs},
                          .offset = matrix.bias + weight.first_column,
                          .channels = weight.outputs};
  weight.name += ".weight";
  weight.offset = matrix.weights;
  weight.panel_stride = matrix.panel_stride();
  weight.spacing = kernels::kPanel;
  layout_.AddTensor(std::move(weight));
  layout_.AddTensor(bias);
}

SampleStage& Planner::OpenSampleStage() {
  if (sample_stage_ == nullptr) {
    auto stage = std::make_unique<SampleStage>(kernels_, out_.size());
    sample_stage_ = stage.get();
    stages_.push_back(std::move(stage));
  }
  return *sample_stage_;
}

void Planner::Add(std::unique_ptr<ObservationLayer> layer, ActivationShape out) {
  OpenSampleStage().Add(std::move(layer));
  Finish(std::move(out));
}

void Planner::Add(std::unique_ptr<GroupLayer> layer, ActivationShape out) {
  OpenSampleStage().Add(std::move(layer));
  Finish(std::move(out));
}

void Planner::Add(std::unique_ptr<Stage> stage, ActivationShape out) {
  stages_.push_back(std::move(stage));
  sample_stage_ = nullptr;
  Finish(std::move(out));
  begin_ = layout_.buffer_size();
}

void Planner::EndHiddenLayer() {
  if (names_.size() != out_.streams.size()) {
    throw std::logic_error("a ReLU follows no layer with weights");
  }
  hidden_.push_back({names_, out_, stages_.size() - 1, stages_.back()->layers()});
}

void Planner::Finish(ActivationShape out) {
  if (sample_stage_ != nullptr) sample_stage_->SetParameters(begin_, layout_.buffer_size());
  out_ = std::move(out);
  if (!next_names_.empty()) names_ = std::exchange(next_names_, {});
}

}  // namespace arcadeq::cpu
