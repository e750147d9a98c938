#include "nn/network.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/testing/allocation_counter.h"
#include "base/testing/refusal.h"
#include "base/thread_pool.h"
#include "nn/cpu/cpu_network.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/optimizer.h"
#include "nn/testing/example.h"
#include "nn/testing/values.h"

namespace arcadeq {
namespace {

using testing::Example;
using testing::HashOf;
using testing::ValuesOf;

struct Shape {
  NetworkConfig config;
  NetworkShape shape;
};

const std::vector<Shape> kShapes = {
    {{"article", 20, true}, {{ElementType::kUint8, 44, 36}, 3, 6}},
    {{"article", 33, false}, {{ElementType::kUint8, 37, 41}, 1, 18}},
    {{"nature", 24, false}, {{ElementType::kUint8, 44, 36}, 4, 4}},
    {{"nature", 16, true}, {{ElementType::kUint8, 36, 36}, 2, 2}},
    {{"nature", 16, false}, {{ElementType::kUint8, 60, 44}, 2, 3}},
    {{"mlp", 19, true}, {{ElementType::kFloat32, 1, 4}, 1, 2}},
    {{"mlp", 16, false}, {{ElementType::kUint8, 3, 5}, 8, 3}},
    {{"article", 24, true}, {{ElementType::kUint8, 36, 44}, 4, 4, 5}},
    {{"mlp", 16, false}, {{ElementType::kFloat32, 1, 4}, 1, 2, 11}},
    {{"article", 20, true, "channels"}, {{ElementType::kUint8, 44, 36}, 3, 6}},
    {{"article", 33, false, "sample"}, {{ElementType::kUint8, 37, 41}, 1, 18}},
    {{"compact", 24, false, "channels"}, {{ElementType::kUint8, 22, 18}, 4, 4, 5}},
    {{"nature", 24, false, "channels"}, {{ElementType::kUint8, 44, 36}, 4, 4}},
    {{"nature", 80, true, "sample"}, {{ElementType::kUint8, 36, 44}, 2, 2, 3}},
    {{"mlp", 19, true, "channels"}, {{ElementType::kFloat32, 1, 4}, 1, 2}},
    {{"mlp", 100, false, "sample"}, {{ElementType::kUint8, 3, 5}, 8, 3}},
};

class NetworkTest : public ::testing::TestWithParam<Shape> {
 protected:
  static Example MakeExample(int batch) {
    return Example(MakeNetwork(GetParam().config, GetParam().shape), batch);
  }
};

// The loss is piecewise linear in each parameter: steps of any length to either side give the same
// slope unless they cross the kink of a ReLU. Such parameters are skipped; there must be few.
TEST_P(NetworkTest, GradientsMatchCentralDifferences) {
  Example example = MakeExample(3);
  const Network& network = *example.network;
  ThreadPool pool(1);
  const double loss = example.Loss(pool);
  example.Backward(pool);
  const auto gradient = network.Export(example.gradient());
  double largest = 0;
  for (const auto& tensor : gradient) {
    for (float g : tensor.values) largest = std::max(largest, std::abs(static_cast<double>(g)));
  }
  const double tolerance = 0.003 * largest;
  const std::size_t stride = 1 + network.num_parameters() / 400;
  auto tensors = network.Export(*example.parameters);
  int compared = 0, kinks = 0;
  std::size_t skip = 0;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    for (std::size_t i = 0; i < tensors[t].values.size(); ++i) {
      if (skip++ % stride != 0) continue;
      const float before = tensors[t].values[i];
      std::vector<double> slopes;
      for (float step : {-0.002f, -0.0004f, 0.0004f, 0.002f}) {
        tensors[t].values[i] = before + step;
        const double taken = static_cast<double>(tensors[t].values[i]) - before;
        network.Import(tensors, *example.parameters);
        slopes.push_back((example.Loss(pool) - loss) / taken);
      }
      tensors[t].values[i] = before;
      const auto [low, high] = std::ranges::minmax(slopes);
      if (high - low > tolerance) {
        ++kinks;
        continue;
      }
      ++compared;
      EXPECT_NEAR(gradient[t].values[i], (slopes.front() + slopes.back()) / 2, tolerance)
          << tensors[t].name << ", element " << i;
    }
  }
  EXPECT_GT(compared, kinks);
}

TEST_P(NetworkTest, BitsDoNotDependOnTheNumberOfThreads) {
  std::vector<float> outputs, gradient;
  for (int threads : {1, 2, 3, 4}) {
    Example example = MakeExample(11);
    ThreadPool pool(threads);
    example.Forward(pool);
    example.Backward(pool);
    const auto g = ValuesOf(*example.network, example.gradient());
    if (threads == 1) {
      outputs = example.outputs;
      gradient = g;
    }
    EXPECT_EQ(example.outputs, outputs) << threads << " threads";
    EXPECT_EQ(g, gradient) << threads << " threads";
  }
}

// Compares whole updates (values, gradients, steps, target network) on every instruction set and
// with the plain loops, that is, for both values of network.backend.
TEST_P(NetworkTest, BitsDoNotDependOnTheBackend) {
  for (const double max_grad_norm : {0.0, 0.1}) {
    std::vector<float> outputs, parameters, target;
    for (const std::string& name : kernels::InstructionSets()) {
      if (!kernels::HasFusedMultiplyAdd(name)) continue;
      Example example(std::make_unique<cpu::CpuNetwork>(GetParam().config, GetParam().shape,
                                                        kernels::KernelsFor(name)),
                      5);
      const Network& network = *example.network;
      ThreadPool pool(2);
      const auto blended = network.MakeParameters();
      Optimizer optimizer({.max_grad_norm = max_grad_norm}, network);
      for (int i = 0; i < 3; ++i) example.Step(optimizer, {blended.get(), 0.25}, pool);
      const auto p = ValuesOf(network, *example.parameters), t = ValuesOf(network, *blended);
      if (outputs.empty()) {
        outputs = example.outputs;
        parameters = p;
        target = t;
      }
      EXPECT_EQ(example.outputs, outputs) << name;
      EXPECT_EQ(p, parameters) << name;
      EXPECT_EQ(t, target) << name;
    }
  }
}

TEST_P(NetworkTest, ASamplesOutputsDoNotDependOnItsBatch) {
  Example example = MakeExample(9);
  ThreadPool pool(2);
  example.Forward(pool);
  const auto size = static_cast<std::size_t>(example.network->shape().outputs());
  for (int i = 0; i < 9; ++i) {
    std::vector<float> alone(size);
    example.network->Forward(*example.parameters, {*example.observations, i, 1}, *example.workspace,
                             pool, alone);
    for (std::size_t j = 0; j < size; ++j) EXPECT_EQ(alone[j], example.outputs[i * size + j]);
  }
}

TEST_P(NetworkTest, AnEarlierBatchLeavesNothingBehind) {
  Example example = MakeExample(8);
  ThreadPool pool(1);
  example.Forward(pool);
  example.Backward(pool);
  Example fresh = MakeExample(8);
  for (Example* e : {&example, &fresh}) {
    e->Truncate(3);
    e->Forward(pool);
    e->Backward(pool);
  }
  EXPECT_EQ(example.outputs, fresh.outputs);
  EXPECT_EQ(HashOf(*example.network, example.gradient()), HashOf(*fresh.network, fresh.gradient()));
}

TEST_P(NetworkTest, ExportsAndImportsEveryParameter) {
  Example example = MakeExample(1);
  const auto tensors = example.network->Export(*example.parameters);
  std::size_t count = 0;
  for (const auto& tensor : tensors) {
    std::int64_t size = 1;
    for (std::int64_t dimension : tensor.shape) size *= dimension;
    EXPECT_EQ(static_cast<std::size_t>(size), tensor.values.size()) << tensor.name;
    count += tensor.values.size();
  }
  EXPECT_EQ(count, example.network->num_parameters());
  EXPECT_GE(example.network->parameters_bytes(), count * sizeof(float));
  const auto imported = example.network->MakeParameters();
  example.network->Import(tensors, *imported);
  EXPECT_EQ(HashOf(*example.network, *imported), HashOf(*example.network, *example.parameters));
}

TEST_P(NetworkTest, PaddingStaysZeroThroughUpdates) {
  for (const char* algorithm : {"adam", "rmsprop"}) {
    Example example = MakeExample(4);
    ThreadPool pool(1);
    Optimizer optimizer({.algorithm = algorithm}, *example.network);
    for (int i = 0; i < 3; ++i) example.Step(optimizer, {}, pool);
    // Exporting and importing drops everything except parameters.
    const auto imported = example.network->MakeParameters();
    example.network->Import(example.network->Export(*example.parameters), *imported);
    EXPECT_EQ(HashOf(*example.network, *imported), HashOf(*example.network, *example.parameters))
        << algorithm;
  }
}

// With a limit too high to clip anything, the optimiser still stores the gradient.
TEST_P(NetworkTest, AStepWithoutStoringTheGradientGivesTheSameBits) {
  for (const char* algorithm : {"adam", "rmsprop"}) {
    Example stored = MakeExample(5), fused = MakeExample(5);
    Optimizer stored_optimizer({.algorithm = algorithm, .max_grad_norm = 1e9}, *stored.network);
    Optimizer fused_optimizer({.algorithm = algorithm}, *fused.network);
    const auto stored_target = stored.network->MakeParameters();
    const auto fused_target = fused.network->MakeParameters();
    for (int i = 0; i < 3; ++i) {
      ThreadPool pool(i + 1);
      const double norm = stored.Step(stored_optimizer, {stored_target.get(), 0.25}, pool);
      EXPECT_NEAR(fused.Step(fused_optimizer, {fused_target.get(), 0.25}, pool), norm, 1e-5 * norm);
    }
    EXPECT_EQ(HashOf(*stored.network, *stored.parameters),
              HashOf(*fused.network, *fused.parameters))
        << algorithm;
    EXPECT_EQ(HashOf(*stored.network, *stored_target), HashOf(*fused.network, *fused_target))
        << algorithm;
  }
}

TEST_P(NetworkTest, StepsAllocateNothing) {
  for (const double max_grad_norm : {0.0, 1.0}) {
    Example example = MakeExample(8);
    ThreadPool pool(2);
    Optimizer optimizer({.max_grad_norm = max_grad_norm}, *example.network);
    auto activations = example.network->MakeActivations(8);
    example.Step(optimizer, {}, pool);
    const std::int64_t before = testing::Allocations();
    example.Step(optimizer, {}, pool);
    example.network->Inspect(*example.workspace, 8, activations);
    EXPECT_EQ(testing::Allocations(), before);
  }
}

INSTANTIATE_TEST_SUITE_P(, NetworkTest, ::testing::ValuesIn(kShapes), [](const auto& param_info) {
  const NetworkConfig& config = param_info.param.config;
  return config.architecture + std::to_string(param_info.index) +
         (config.normalisation == "none" ? "" : "_" + config.normalisation);
});

TEST(Network, InitialWeightsAreDistributedAsInKeras) {
  const auto network = MakeNetwork({"article", 256, true}, {{ElementType::kUint8, 105, 80}, 3, 6});
  const auto parameters = network->MakeParameters();
  RandomStream random(1, "init");
  network->Initialize(*parameters, random);
  for (const auto& tensor : network->Export(*parameters)) {
    double squares = 0, largest = 0;
    for (float value : tensor.values) {
      squares += static_cast<double>(value) * value;
      largest = std::max(largest, std::abs(static_cast<double>(value)));
    }
    const auto n = static_cast<double>(tensor.values.size());
    const double deviation = std::sqrt(squares / n);
    if (tensor.name.ends_with("bias")) {
      EXPECT_EQ(largest, 0) << tensor.name;
    } else if (tensor.name.starts_with("conv")) {
      const auto taps = static_cast<double>(tensor.shape[2] * tensor.shape[3]);
      const double limit =
          std::sqrt(6.0 / (taps * static_cast<double>(tensor.shape[0] + tensor.shape[1])));
      EXPECT_LE(largest, limit) << tensor.name;
      EXPECT_NEAR(deviation, limit / std::sqrt(3.0), 0.05 * limit) << tensor.name;
    } else {
      const double expected = std::sqrt(2.0 / static_cast<double>(tensor.shape[1]));
      EXPECT_NEAR(deviation, expected, (0.01 + 1.5 / std::sqrt(n)) * expected) << tensor.name;
      EXPECT_LE(largest, 2 * expected / 0.8796) << tensor.name;
    }
  }
}

TEST(Network, TheArticlesNetworkHasItsNumberOfParameters) {
  const auto network = MakeNetwork({"article", 256, true}, {{ElementType::kUint8, 105, 80}, 3, 6});
  EXPECT_EQ(network->num_parameters(),
            16 * 3 * 64 + 16 + 32 * 16 * 16 + 32 + 2 * (2816 * 256 + 256) + 6 * 257 + 257);
}

TEST(Network, NormalisationStartsAsTheIdentity) {
  for (const char* kind : {"channels", "sample"}) {
    const auto network =
        MakeNetwork({"article", 20, true, kind}, {{ElementType::kUint8, 44, 36}, 3, 6});
    const auto parameters = network->MakeParameters();
    RandomStream random(1, "init");
    network->Initialize(*parameters, random);
    int norms = 0;
    for (const auto& tensor : network->Export(*parameters)) {
      if (tensor.name.find("_norm.") == std::string::npos) continue;
      ++norms;
      EXPECT_THAT(tensor.values, ::testing::Each(tensor.name.ends_with("weight") ? 1.0f : 0.0f))
          << tensor.name;
    }
    EXPECT_EQ(norms, 2 * 4);  // two convolutions, two streams
  }
}

TEST(Network, RefusesABackendThatIsNotInTheBuild) {
  NetworkConfig config{.architecture = "mlp"};
  const NetworkShape shape{{ElementType::kFloat32, 1, 4}, 1, 2};
  for (const std::string& backend : NetworkBackends()) {
    config.backend = backend;
    EXPECT_NO_THROW(MakeNetwork(config, shape)) << backend;
  }
  if (NetworkBackends().size() == 1) {
    config.backend = "vectorised";
    EXPECT_THAT(RefusalOf([&] { MakeNetwork(config, shape); }),
                ::testing::HasSubstr("is not in this build"));
  }
}

TEST(Network, RefusesTensorsOfAnotherNetwork) {
  const auto network = MakeNetwork({"mlp", 16, true}, {{ElementType::kFloat32, 1, 4}, 1, 2});
  const auto parameters = network->MakeParameters();
  const auto refusal = [&](const std::vector<Network::NamedTensor>& tensors) {
    return RefusalOf([&] { network->Import(tensors, *parameters); });
  };
  const auto tensors = network->Export(*parameters);
  EXPECT_EQ(refusal(tensors), "");
  auto missing = tensors;
  missing.pop_back();
  EXPECT_THAT(refusal(missing), ::testing::HasSubstr(tensors.back().name));
  auto unknown = tensors;
  unknown.push_back({"conv9.weight", {1}, {0.0f}});
  EXPECT_THAT(refusal(unknown), ::testing::HasSubstr("conv9.weight"));
  auto reshaped = tensors;
  std::swap(reshaped[0].shape[0], reshaped[0].shape[1]);
  EXPECT_THAT(refusal(reshaped), ::testing::HasSubstr(tensors[0].name));
}

}  // namespace
}  // namespace arcadeq
