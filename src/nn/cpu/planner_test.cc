// Plans of layer tables, including some that no architecture has.

#include "nn/cpu/planner.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frame.h"
#include "nn/architecture.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/stage.h"
#include "nn/network.h"

namespace arcadeq::cpu {
namespace {

using ::testing::ElementsAre;

class PlannerTest : public ::testing::Test {
 protected:
  std::vector<std::unique_ptr<Stage>> PlanAll(const std::vector<Layer>& layers) {
    layout_ = {};
    hidden_ = {};
    return Planner(config_, shape_, kernels::kReference, layout_, hidden_).PlanAll(layers);
  }
  std::vector<std::string> Tensors() const {
    std::vector<std::string> names;
    for (const TensorLayout& tensor : layout_.tensors()) {
      std::string text = tensor.name;
      for (const std::int64_t size : tensor.shape) text += " " + std::to_string(size);
      names.push_back(text);
    }
    return names;
  }

  NetworkConfig config_;
  NetworkShape shape_{{ElementType::kUint8, 20, 24}, 2, 3};
  ParameterLayout layout_;
  std::vector<HiddenLayer> hidden_;
  const layers::Convolution conv_{.name = "conv1", .filters = 16, .kernel = 8, .stride = 4};
  const layers::Dense dense_{{{"a", 5}, {"b", 20}}};
};

TEST_F(PlannerTest, LayersOfGroupsShareAStage) {
  config_.normalisation = "sample";
  const layers::Convolution second{.name = "conv2", .filters = 32, .kernel = 3, .stride = 1};
  const auto stages = PlanAll({conv_, layers::Normalisation{}, layers::Relu{}, second, dense_,
                               layers::Normalisation{}, layers::Relu{}, dense_});
  ASSERT_EQ(stages.size(), 4u);  // convolutions, dense, normalisation, dense
  EXPECT_EQ(stages[0]->out_size(), 2 * 3 * 32);
  EXPECT_EQ(stages[1]->out_size(), 16 + 32);
  EXPECT_TRUE(stages[2]->has_parameters());
}

TEST_F(PlannerTest, AReluIsFusedOnce) {
  const auto one = PlanAll({dense_, layers::Relu{}});
  const auto two = PlanAll({dense_, layers::Relu{}, layers::Relu{}});
  EXPECT_EQ(one.size(), 2u);  // the frames as floats, dense
  EXPECT_EQ(two.size(), 3u);
}

TEST_F(PlannerTest, HiddenLayersEndInARelu) {
  const auto found = [this] {
    std::vector<std::string> places;
    for (const HiddenLayer& layer : hidden_) {
      std::string names;
      for (const std::string& name : layer.names) names += name + " ";
      places.push_back(names + std::to_string(layer.stage) + "." + std::to_string(layer.layers));
    }
    return places;
  };
  const layers::Convolution second{.name = "conv2", .filters = 32, .kernel = 3, .stride = 1};
  const std::vector<Layer> architecture = {conv_,  layers::Normalisation{}, layers::Relu{},
                                           second, layers::Normalisation{}, layers::Relu{},
                                           dense_, layers::Normalisation{}, layers::Relu{},
                                           dense_};
  PlanAll(architecture);
  EXPECT_THAT(found(), ElementsAre("conv1 0.1", "conv2 0.2", "a b 1.1"));
  config_.normalisation = "channels";
  PlanAll(architecture);
  EXPECT_THAT(found(), ElementsAre("conv1 0.2", "conv2 0.4", "a b 2.1"));
}

TEST_F(PlannerTest, NormalisationTensorsHavePyTorchsShapes) {
  config_.normalisation = "sample";
  PlanAll({conv_, layers::Normalisation{}, dense_, layers::Normalisation{}});
  EXPECT_THAT(Tensors(),
              ElementsAre("conv1.weight 16 2 8 8", "conv1.bias 16", "conv1_norm.weight 16 4 5",
                          "conv1_norm.bias 16 4 5", "a.weight 5 320", "a.bias 5", "b.weight 20 320",
                          "b.bias 20", "a_norm.weight 5", "a_norm.bias 5", "b_norm.weight 20",
                          "b_norm.bias 20"));
  config_.normalisation = "channels";
  PlanAll({conv_, layers::Normalisation{}});
  EXPECT_THAT(Tensors(), ElementsAre("conv1.weight 16 2 8 8", "conv1.bias 16",
                                     "conv1_norm.weight 16", "conv1_norm.bias 16"));
  config_.normalisation = "none";
  PlanAll({conv_, layers::Normalisation{}});
  EXPECT_THAT(Tensors(), ElementsAre("conv1.weight 16 2 8 8", "conv1.bias 16"));
}

TEST_F(PlannerTest, InvalidTablesAreLogicErrors) {
  EXPECT_THROW(PlanAll({dense_, conv_}), std::logic_error);
  EXPECT_THROW(PlanAll({dense_, layers::Dense{{{"q", 3}}}}), std::logic_error);
  EXPECT_THROW(PlanAll({conv_, layers::DuelingJoin{}}), std::logic_error);
  EXPECT_THROW(PlanAll({layers::Relu{}}), std::logic_error);
}

}  // namespace
}  // namespace arcadeq::cpu
