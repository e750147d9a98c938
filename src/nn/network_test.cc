#include "nn/network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/allocation_counter.h"
#include "base/testing/refusal.h"
#include "nn/kernels/targets.h"
#include "nn/optimizer.h"

namespace arcadeq {
namespace {

struct Shape {
  NetworkConfig network;
  FrameFormat frame;
  int stack;
  int actions;
};

const std::vector<Shape> kShapes = {
    {{"article", 20, true}, {ElementType::kUint8, 44, 36}, 3, 6},
    {{"article", 33, false}, {ElementType::kUint8, 37, 41}, 1, 18},
    {{"nature", 24, false}, {ElementType::kUint8, 44, 36}, 4, 4},
    {{"nature", 16, true}, {ElementType::kUint8, 36, 36}, 2, 2},
    {{"mlp", 19, true}, {ElementType::kFloat32, 1, 4}, 1, 2},
    {{"mlp", 16, false}, {ElementType::kUint8, 3, 5}, 8, 3},
};

// A network with random weights, small biases included, and random observations.
class Example {
 public:
  Example(const Shape& shape, int batch)
      : network(shape.network, shape.frame, shape.stack, shape.actions),
        parameters(network.buffer_size()),
        gradient(network.buffer_size()),
        workspace(network.MakeWorkspace(batch)),
        images(network.MakeImages(batch)),
        frames(shape.frame.bytes() * shape.stack * batch),
        q(static_cast<std::size_t>(batch) * shape.actions),
        dq(q.size()) {
    network.Initialize(parameters.span(), random);
    auto tensors = network.Export(parameters.span());
    for (auto& tensor : tensors) {
      for (float& value : tensor.values) value += static_cast<float>(random.Uniform(-0.1, 0.1));
    }
    network.Import(tensors, parameters.span());
    for (auto& byte : frames) byte = static_cast<std::uint8_t>(random.Below(256));
    if (shape.frame.element == ElementType::kFloat32) {
      const std::span floats(reinterpret_cast<float*>(frames.data()), frames.size() / 4);
      for (float& value : floats) value = static_cast<float>(random.Uniform(-1, 1));
    }
    for (float& value : dq) value = static_cast<float>(random.Uniform(-1, 1));
    for (int i = 0; i < batch; ++i) {
      StackView stack;
      stack.depth = shape.stack;
      for (int f = 0; f < shape.stack; ++f) {
        stack.frames[f] = frames.data() + (i * shape.stack + f) * shape.frame.bytes();
      }
      stacks.push_back(stack);
    }
  }

  QNetwork::Input input() const { return {*images, 0, static_cast<int>(stacks.size())}; }
  void Forward(ThreadPool& pool) {
    network.Read(stacks, *images, pool);
    network.Forward(parameters.span(), input(), *workspace, pool, q);
  }
  void Backward(ThreadPool& pool) {
    network.Backward(parameters.span(), input(), *workspace, pool, dq, gradient.span());
  }
  // A loss whose derivative with respect to q is dq.
  double Loss(ThreadPool& pool) {
    Forward(pool);
    double loss = 0;
    for (std::size_t i = 0; i < q.size(); ++i) loss += static_cast<double>(q[i]) * dq[i];
    return loss;
  }

  RandomStream random{1, "network_test"};
  QNetwork network;
  AlignedBuffer<float> parameters, gradient;
  QNetwork::WorkspacePtr workspace;
  QNetwork::ImagesPtr images;
  AlignedBuffer<std::uint8_t> frames;
  std::vector<StackView> stacks;
  std::vector<float> q, dq;
};

class NetworkTest : public ::testing::TestWithParam<Shape> {};

// In any one parameter the loss is piecewise linear: steps of any length to either side give the
// same slope, except where a ReLU has its kink between. Such parameters are left out; there must be
// few.
TEST_P(NetworkTest, GradientsAreCentralDifferences) {
  Example example(GetParam(), 3);
  ThreadPool pool(1);
  const double loss = example.Loss(pool);
  example.Backward(pool);
  double largest = 0;
  for (float g : example.gradient) largest = std::max(largest, std::abs(static_cast<double>(g)));
  const double tolerance = 0.003 * largest;
  int compared = 0, kinks = 0;
  for (std::size_t i = 0; i < example.parameters.size(); i += 1 + example.parameters.size() / 400) {
    const float before = example.parameters[i];
    std::vector<double> slopes;
    for (float step : {-0.002f, -0.0004f, 0.0004f, 0.002f}) {
      example.parameters[i] = before + step;
      const double taken = static_cast<double>(example.parameters[i]) - before;
      slopes.push_back((example.Loss(pool) - loss) / taken);
    }
    example.parameters[i] = before;
    const auto [low, high] = std::ranges::minmax(slopes);
    if (high - low > tolerance) {
      ++kinks;
      continue;
    }
    ++compared;
    EXPECT_NEAR(example.gradient[i], (slopes.front() + slopes.back()) / 2, tolerance)
        << "element " << i;
  }
  EXPECT_GT(compared, kinks);
}

TEST_P(NetworkTest, BitsDoNotDependOnTheNumberOfThreads) {
  constexpr int kBatch = 11;
  std::vector<float> q, gradient;
  for (int threads : {1, 2, 3, 4}) {
    Example example(GetParam(), kBatch);
    ThreadPool pool(threads);
    example.Forward(pool);
    example.Backward(pool);
    const std::vector<float> g(example.gradient.begin(), example.gradient.end());
    if (threads == 1) {
      q = example.q;
      gradient = g;
    }
    EXPECT_EQ(example.q, q) << threads << " threads";
    EXPECT_EQ(g, gradient) << threads << " threads";
  }
}

TEST_P(NetworkTest, BitsDoNotDependOnTheInstructionSet) {
  std::vector<float> q, gradient;
  for (const std::string& target : kernels::Targets()) {
    if (!kernels::HasFusedMultiplyAdd(target)) continue;
    kernels::UseTarget(target);
    Example example(GetParam(), 5);
    ThreadPool pool(1);
    example.Forward(pool);
    example.Backward(pool);
    const std::vector<float> g(example.gradient.begin(), example.gradient.end());
    if (q.empty()) {
      q = example.q;
      gradient = g;
    }
    EXPECT_EQ(example.q, q) << target;
    EXPECT_EQ(g, gradient) << target;
  }
  kernels::UseTarget(kernels::Targets().front());
}

TEST_P(NetworkTest, ASamplesValuesDoNotDependOnItsBatch) {
  Example example(GetParam(), 9);
  ThreadPool pool(2);
  example.Forward(pool);
  const int actions = example.network.num_actions();
  for (int i = 0; i < 9; ++i) {
    std::vector<float> alone(static_cast<std::size_t>(actions));
    example.network.Forward(example.parameters.span(), {*example.images, i, 1}, *example.workspace,
                            pool, alone);
    for (int a = 0; a < actions; ++a) EXPECT_EQ(alone[a], example.q[i * actions + a]);
  }
}

TEST_P(NetworkTest, NothingOfAnEarlierBatchIsLeft) {
  Example example(GetParam(), 8);
  ThreadPool pool(1);
  example.Forward(pool);
  example.Backward(pool);
  Example fresh(GetParam(), 8);
  for (Example* e : {&example, &fresh}) {
    e->stacks.resize(3);
    e->q.resize(3 * static_cast<std::size_t>(GetParam().actions));
    e->dq.resize(e->q.size());
    e->Forward(pool);
    e->Backward(pool);
  }
  EXPECT_EQ(example.q, fresh.q);
  EXPECT_TRUE(std::ranges::equal(example.gradient, fresh.gradient));
}

TEST_P(NetworkTest, ExportsAndImportsEveryParameter) {
  Example example(GetParam(), 1);
  const auto tensors = example.network.Export(example.parameters.span());
  std::size_t count = 0;
  for (const auto& tensor : tensors) {
    std::int64_t size = 1;
    for (std::int64_t dimension : tensor.shape) size *= dimension;
    EXPECT_EQ(static_cast<std::size_t>(size), tensor.values.size()) << tensor.name;
    count += tensor.values.size();
  }
  EXPECT_EQ(count, example.network.num_parameters());
  AlignedBuffer<float> imported(example.network.buffer_size());
  example.network.Import(tensors, imported.span());
  EXPECT_TRUE(std::ranges::equal(imported, example.parameters));
}

TEST_P(NetworkTest, PaddingStaysZeroThroughUpdates) {
  for (const char* algorithm : {"adam", "rmsprop"}) {
    Example example(GetParam(), 4);
    ThreadPool pool(1);
    OptimizerConfig config;
    config.algorithm = algorithm;
    Optimizer optimizer(config, example.network.buffer_size());
    for (int i = 0; i < 3; ++i) {
      example.Forward(pool);
      example.Backward(pool);
      optimizer.Step(example.gradient.span(), example.parameters.span(), pool);
    }
    // Importing what was exported leaves nothing but parameters.
    AlignedBuffer<float> imported(example.network.buffer_size());
    example.network.Import(example.network.Export(example.parameters.span()), imported.span());
    EXPECT_TRUE(std::ranges::equal(imported, example.parameters)) << algorithm;
  }
}

// Two networks side by side: one whose gradient is stored and then stepped, one that steps as it is
// made.
TEST_P(NetworkTest, AStepWithoutStoringTheGradientGivesTheSameBits) {
  for (const char* algorithm : {"adam", "rmsprop"}) {
    Example stored(GetParam(), 5), fused(GetParam(), 5);
    const OptimizerConfig config{.algorithm = algorithm};
    Optimizer stored_optimizer(config, stored.parameters.size());
    Optimizer fused_optimizer(config, fused.parameters.size());
    AlignedBuffer<float> stored_target(stored.parameters.size());
    AlignedBuffer<float> fused_target(stored.parameters.size());
    for (int i = 0; i < 3; ++i) {
      ThreadPool pool(i + 1);
      stored.Forward(pool);
      stored.Backward(pool);
      const double norm = stored_optimizer.Step(stored.gradient.span(), stored.parameters.span(),
                                                {stored_target.span(), 0.25}, pool);
      fused.Forward(pool);
      fused.network.BeginBackward(fused.parameters.span(), fused.input(), *fused.workspace, pool,
                                  fused.dq, fused.gradient.span());
      const kernels::ParameterStep step =
          fused_optimizer.BeginStep(fused.parameters.span(), {fused_target.span(), 0.25});
      EXPECT_NEAR(
          fused.network.FinishBackwardWithStep(*fused.workspace, pool, fused.gradient.span(), step),
          norm, 1e-5 * norm);
    }
    EXPECT_TRUE(std::ranges::equal(stored.parameters, fused.parameters)) << algorithm;
    EXPECT_TRUE(std::ranges::equal(stored_target, fused_target)) << algorithm;
  }
}

TEST_P(NetworkTest, NothingIsAllocatedPerStep) {
  Example example(GetParam(), 8);
  ThreadPool pool(2);
  Optimizer optimizer({}, example.network.buffer_size());
  const auto step = [&] {
    example.Forward(pool);
    example.Backward(pool);
    optimizer.Step(example.gradient.span(), example.parameters.span(), pool);
  };
  step();
  const std::int64_t before = testing::Allocations();
  step();
  EXPECT_EQ(testing::Allocations(), before);
}

INSTANTIATE_TEST_SUITE_P(, NetworkTest, ::testing::ValuesIn(kShapes), [](const auto& param_info) {
  return param_info.param.network.architecture + std::to_string(param_info.index);
});

TEST(QNetwork, InitialWeightsAreAsKerasDrawsThem) {
  const QNetwork network({"article", 256, true}, {ElementType::kUint8, 105, 80}, 3, 6);
  AlignedBuffer<float> parameters(network.buffer_size());
  RandomStream random(1, "init");
  network.Initialize(parameters.span(), random);
  for (const auto& tensor : network.Export(parameters.span())) {
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

TEST(QNetwork, TheArticlesHasItsNumberOfParameters) {
  const QNetwork network({"article", 256, true}, {ElementType::kUint8, 105, 80}, 3, 6);
  EXPECT_EQ(network.num_parameters(),
            16 * 3 * 64 + 16 + 32 * 16 * 16 + 32 + 2 * (2816 * 256 + 256) + 6 * 257 + 257);
}

TEST(QNetwork, TakesFramesDownToOnePixelOfFeaturesAndNoSmaller) {
  const auto build = [](const char* architecture, int height, int width) {
    return QNetwork({architecture, 16, true}, {ElementType::kUint8, height, width}, 4, 6);
  };
  EXPECT_NO_THROW(build("article", 20, 20));
  EXPECT_NO_THROW(build("nature", 36, 36));
  EXPECT_NO_THROW(build("mlp", 1, 1));
  EXPECT_THROW(build("article", 19, 84), UserError);
  EXPECT_THROW(build("article", 84, 19), UserError);
  EXPECT_THAT(RefusalOf([&] { build("nature", 35, 84); }),
              ::testing::HasSubstr("at least 36x36 pixels, these are 35x84"));
}

TEST(QNetwork, RefusesTensorsOfAnotherNetwork) {
  const QNetwork network({"mlp", 16, true}, {ElementType::kFloat32, 1, 4}, 1, 2);
  AlignedBuffer<float> parameters(network.buffer_size());
  const auto refusal = [&](const std::vector<QNetwork::NamedTensor>& tensors) {
    return RefusalOf([&] { network.Import(tensors, parameters.span()); });
  };
  const auto tensors = network.Export(parameters.span());
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
