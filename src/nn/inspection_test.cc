// What a network reports about its activations.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/testing/example.h"

namespace arcadeq {
namespace {

using testing::Example;

struct Shape {
  NetworkConfig config;
  NetworkShape shape;
};

const std::vector<Shape> kShapes = {
    {{"article", 20, true}, {{ElementType::kUint8, 44, 36}, 3, 6}},
    {{"nature", 24, false}, {{ElementType::kUint8, 44, 36}, 4, 4}},
    {{"mlp", 19, true}, {{ElementType::kFloat32, 1, 4}, 1, 2}},
    {{"article", 24, true}, {{ElementType::kUint8, 36, 44}, 4, 4, 5}},
    {{"mlp", 16, false}, {{ElementType::kFloat32, 1, 4}, 1, 2, 11}},
    {{"article", 20, true, "channels"}, {{ElementType::kUint8, 44, 36}, 3, 6}},
    {{"article", 33, false, "sample"}, {{ElementType::kUint8, 37, 41}, 1, 18}},
    {{"mlp", 19, true, "channels"}, {{ElementType::kFloat32, 1, 4}, 1, 2}},
};

class InspectionTest : public ::testing::TestWithParam<Shape> {
 protected:
  static Example MakeExample(int batch) {
    return Example(MakeNetwork(GetParam().config, GetParam().shape), batch);
  }
};

// In each hidden layer, biases kill every third unit and keep the next one alive.
TEST_P(InspectionTest, InspectionFindsDeadUnits) {
  Example example = MakeExample(5);
  const Network& network = *example.network;
  const bool normalised = GetParam().config.normalisation != "none";
  ThreadPool pool(2);
  auto activations = network.MakeActivations(5);
  ASSERT_FALSE(activations.layers.empty());
  auto tensors = network.Export(*example.parameters);
  float lift = 1e3f;  // outweighs what earlier layers return
  for (const auto& layer : activations.layers) {
    const std::string bias = layer.name + (normalised ? "_norm.bias" : ".bias");
    const auto tensor = std::ranges::find(tensors, bias, &Network::NamedTensor::name);
    ASSERT_NE(tensor, tensors.end()) << bias;
    const std::size_t units = layer.peaks.size(), each = tensor->values.size() / units;
    for (std::size_t i = 0; i < tensor->values.size(); ++i) {
      if (i / each % 3 == 0) tensor->values[i] = -1e30f;
      if (i / each % 3 == 1) tensor->values[i] = lift;
    }
    lift *= 1e3f;
  }
  network.Import(tensors, *example.parameters);
  example.Forward(pool);
  network.Inspect(*example.workspace, 5, activations);
  for (const auto& layer : activations.layers) {
    for (std::size_t unit = 0; unit < layer.peaks.size(); ++unit) {
      if (unit % 3 == 0) {
        EXPECT_EQ(layer.peaks[unit], 0) << layer.name << ", unit " << unit;
      }
      if (unit % 3 == 1) {
        EXPECT_GT(layer.peaks[unit], 0) << layer.name << ", unit " << unit;
      }
    }
    const auto units = static_cast<double>(layer.peaks.size());
    EXPECT_GE(layer.DeadShare(), std::ceil(units / 3) / units);
    EXPECT_LE(layer.DeadShare(), 1 - std::floor(units / 3) / units);
  }
}

TEST_P(InspectionTest, OutputsAreComputedFromTheFeatures) {
  Example example = MakeExample(7);
  const Network& network = *example.network;
  const NetworkShape& shape = network.shape();
  ThreadPool pool(2);
  auto activations = network.MakeActivations(6);
  example.Forward(pool);
  example.Backward(pool);
  network.Inspect(*example.workspace, 7, activations);
  ASSERT_EQ(activations.states, 6);  // there is room for no more
  const auto width = static_cast<std::size_t>(activations.features_per_state);
  const auto hidden = static_cast<std::size_t>(GetParam().config.hidden);
  ASSERT_EQ(width, GetParam().config.dueling ? 2 * hidden : hidden);
  ASSERT_EQ(activations.features.size(), 6 * width);
  const auto tensors = network.Export(*example.parameters);
  const auto stream = [&](const std::string& name, const float* features) {
    const auto weight = std::ranges::find(tensors, name + ".weight", &Network::NamedTensor::name);
    const auto bias = std::ranges::find(tensors, name + ".bias", &Network::NamedTensor::name);
    std::vector<double> outputs(bias->values.begin(), bias->values.end());
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      for (std::size_t i = 0; i < hidden; ++i) {
        outputs[o] += static_cast<double>(weight->values[o * hidden + i]) * features[i];
      }
    }
    return outputs;
  };
  for (std::size_t i = 0; i < 6; ++i) {
    const float* features = &activations.features[i * width];
    std::vector<double> expected;
    if (GetParam().config.dueling) {
      expected = stream("advantage", features);
      const std::vector<double> value = stream("value", features + hidden);
      const auto atoms = static_cast<std::size_t>(shape.atoms);
      for (std::size_t atom = 0; atom < atoms; ++atom) {
        double mean = 0;
        for (std::size_t o = atom; o < expected.size(); o += atoms) mean += expected[o];
        mean /= shape.actions;
        for (std::size_t o = atom; o < expected.size(); o += atoms) {
          expected[o] += value[atom] - mean;
        }
      }
    } else {
      expected = stream("q", features);
    }
    for (std::size_t o = 0; o < expected.size(); ++o) {
      const float output = example.outputs[i * expected.size() + o];
      EXPECT_NEAR(output, expected[o], 1e-4 * (1 + std::abs(output)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, InspectionTest, ::testing::ValuesIn(kShapes),
                         [](const auto& param_info) {
                           const NetworkConfig& config = param_info.param.config;
                           return config.architecture + std::to_string(param_info.index) +
                                  (config.normalisation == "none" ? ""
                                                                  : "_" + config.normalisation);
                         });

}  // namespace
}  // namespace arcadeq
