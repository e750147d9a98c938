// Compares networks and optimisers with PyTorch; see tests/golden/nn_golden.py for what it computed
// and how weights, frames and gradients are generated.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "base/safetensors.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/optimizer.h"

namespace arcadeq {
namespace {

struct Case {
  NetworkConfig network;
  NetworkShape shape;
  int batch;
};

const std::map<std::string, Case> kCases = {
    {"article", {{"article", 256, true}, {{ElementType::kUint8, 105, 80}, 3, 6}, 9}},
    {"article_small", {{"article", 24, true}, {{ElementType::kUint8, 44, 36}, 4, 18}, 5}},
    {"article_one_stream", {{"article", 40, false}, {{ElementType::kUint8, 37, 29}, 1, 3}, 4}},
    {"nature", {{"nature", 512, false}, {{ElementType::kUint8, 84, 84}, 4, 6}, 3}},
    {"nature_dueling", {{"nature", 20, true}, {{ElementType::kUint8, 44, 52}, 2, 4}, 6}},
    {"mlp", {{"mlp", 32, true}, {{ElementType::kFloat32, 1, 4}, 1, 2}, 7}},
    {"mlp_pixels", {{"mlp", 17, false}, {{ElementType::kUint8, 6, 5}, 3, 5}, 6}},
    {"article_channels",
     {{"article", 24, true, "channels"}, {{ElementType::kUint8, 44, 36}, 4, 6}, 5}},
    {"article_sample",
     {{"article", 40, false, "sample"}, {{ElementType::kUint8, 37, 44}, 2, 3}, 4}},
    {"nature_channels",
     {{"nature", 20, false, "channels"}, {{ElementType::kUint8, 44, 52}, 2, 4}, 3}},
    {"nature_sample", {{"nature", 20, true, "sample"}, {{ElementType::kUint8, 40, 36}, 3, 4}, 3}},
    {"mlp_channels", {{"mlp", 32, true, "channels"}, {{ElementType::kFloat32, 1, 4}, 1, 2}, 7}},
    {"mlp_sample", {{"mlp", 17, false, "sample"}, {{ElementType::kUint8, 6, 5}, 3, 5}, 6}},
};

std::uint32_t Integer(std::uint32_t i, std::uint32_t salt) {
  std::uint32_t x = i * 2654435761u + salt * 40503u + 12345u;
  x ^= x >> 16;
  x *= 0x45d9f3bu;
  return x ^ (x >> 16);
}

float Number(std::uint32_t i, std::uint32_t salt) {
  return static_cast<float>(Integer(i, salt) >> 8) / static_cast<float>(1 << 23) - 1.0f;
}

// A network with generated weights, frames and gradients of q.
class Example {
 public:
  explicit Example(const Case& c)
      : c_(c),
        network_(MakeNetwork(c.network, c.shape)),
        parameters_(network_->MakeParameters()),
        workspace_(network_->MakeWorkspace(c.batch, c.batch)),
        observations_(network_->MakeObservations(c.batch)),
        q_(static_cast<std::size_t>(c.batch) * c.shape.outputs()) {
    SetWeights();
    SetFrames();
    for (std::uint32_t i = 0; i < q_.size(); ++i) dq_.push_back(Number(i, 1001));
  }

  const std::vector<float>& Forward(ThreadPool& pool) {
    network_->Read(stacks_, *observations_, pool);
    network_->Forward(*parameters_, {*observations_, 0, c_.batch}, *workspace_, pool, q_);
    return q_;
  }
  void BeginBackward(ThreadPool& pool, std::span<const float> dq) {
    network_->BeginBackward(*parameters_, {*observations_, 0, c_.batch}, *workspace_, pool, dq);
  }
  double Step(Optimizer& optimizer, ThreadPool& pool) {
    return optimizer.Step(*network_, *workspace_, *parameters_, {}, pool);
  }
  std::vector<Network::NamedTensor> Gradient(ThreadPool& pool) {
    network_->FinishBackward(*workspace_, pool);
    return network_->Export(network_->gradient(*workspace_));
  }
  std::vector<Network::NamedTensor> Parameters() const { return network_->Export(*parameters_); }

  const Network& network() const { return *network_; }
  const std::vector<float>& dq() const { return dq_; }

 private:
  void SetWeights() {
    auto tensors = network_->Export(*parameters_);
    std::ranges::sort(tensors, {}, &Network::NamedTensor::name);
    std::uint32_t salt = 0;
    for (auto& tensor : tensors) {
      const float fan_in = tensor.shape.size() > 1 ? static_cast<float>(tensor.values.size()) /
                                                         static_cast<float>(tensor.shape[0])
                                                   : 100.0f;
      const float scale = 1.5f / std::sqrt(fan_in);
      for (std::uint32_t i = 0; i < tensor.values.size(); ++i) {
        tensor.values[i] = Number(i, salt) * scale;
      }
      ++salt;
    }
    network_->Import(tensors, *parameters_);
  }

  void SetFrames() {
    const auto elements = static_cast<std::uint32_t>(c_.shape.frame.elements());
    frames_ = AlignedBuffer<std::uint8_t>(c_.shape.frame.bytes() * c_.shape.stack * c_.batch);
    for (std::uint32_t i = 0; i < elements * c_.shape.stack * c_.batch; ++i) {
      if (c_.shape.frame.element == ElementType::kUint8) {
        frames_[i] = static_cast<std::uint8_t>(Integer(i, 1000) >> 24);
      } else {
        reinterpret_cast<float*>(frames_.data())[i] = Number(i, 1000);
      }
    }
    const std::uint8_t* frame = frames_.data();
    for (int sample = 0; sample < c_.batch; ++sample) {
      StackView stack;
      stack.depth = c_.shape.stack;
      for (int f = 0; f < c_.shape.stack; ++f, frame += c_.shape.frame.bytes()) {
        stack.frames[f] = frame;
      }
      stacks_.push_back(stack);
    }
  }

  Case c_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Network::Parameters> parameters_;
  std::unique_ptr<Network::Workspace> workspace_;
  std::unique_ptr<Network::Observations> observations_;
  AlignedBuffer<std::uint8_t> frames_;
  std::vector<StackView> stacks_;
  std::vector<float> q_, dq_;
};

// The elements of a tensor that the script stores.
std::vector<float> Sample(const std::vector<float>& values) {
  std::vector<float> sample;
  const std::size_t stride = std::max<std::size_t>(1, values.size() / 100);
  for (std::size_t i = 0; i < values.size() && sample.size() < 100; i += stride) {
    sample.push_back(values[i]);
  }
  return sample;
}

void ExpectClose(const std::vector<float>& actual, const std::vector<float>& expected,
                 double tolerance, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
    difference = std::max(difference, std::abs(static_cast<double>(actual[i]) - expected[i]));
  }
  EXPECT_GT(largest, 0) << what;
  EXPECT_LE(difference, tolerance * largest) << what;
}

const SafetensorsFile& Golden() {
  static const SafetensorsFile file =
      ReadSafetensors(ARCADEQ_SOURCE_DIR "/tests/golden/nn_golden.safetensors");
  return file;
}

class GoldenNetwork : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenNetwork, ValuesAndGradientsMatchPyTorch) {
  const std::string& name = GetParam();
  Example example(kCases.at(name));
  ThreadPool pool(2);
  ExpectClose(example.Forward(pool), Golden().tensors.at(name + "/q").values, 1e-5, name + "/q");
  example.BeginBackward(pool, example.dq());
  for (const auto& tensor : example.Gradient(pool)) {
    const std::string key = name + "/gradient/" + tensor.name;
    ExpectClose(Sample(tensor.values), Golden().tensors.at(key).values, 1e-4, key);
  }
}

INSTANTIATE_TEST_SUITE_P(, GoldenNetwork,
                         ::testing::Values("article", "article_small", "article_one_stream",
                                           "nature", "nature_dueling", "mlp", "mlp_pixels",
                                           "article_channels", "article_sample", "nature_channels",
                                           "nature_sample", "mlp_channels", "mlp_sample"),
                         [](const auto& param_info) { return param_info.param; });

struct Training {
  std::string name;
  std::string algorithm;
  double max_grad_norm;
};

class GoldenOptimizer : public ::testing::TestWithParam<Training> {};

TEST_P(GoldenOptimizer, ThirtyUpdatesMatchPyTorch) {
  const auto& [name, algorithm, max_grad_norm] = GetParam();
  Example example(kCases.at(name));
  ThreadPool pool(2);
  OptimizerConfig config;
  config.algorithm = algorithm;
  config.learning_rate = 1e-3;
  config.epsilon = algorithm == "rmsprop" ? 0.01 : 1e-7;
  config.max_grad_norm = max_grad_norm;
  Optimizer optimizer(config, example.network());
  std::vector<float> norms;
  for (int update = 0; update < 30; ++update) {
    std::vector<float> dq = example.Forward(pool);
    for (std::size_t i = 0; i < dq.size(); ++i) dq[i] -= example.dq()[i];
    example.BeginBackward(pool, dq);
    norms.push_back(static_cast<float>(example.Step(optimizer, pool)));
  }
  const std::string prefix = name + "/" + algorithm + "/";
  ExpectClose(norms, Golden().tensors.at(prefix + "norms").values, 1e-4, prefix + "norms");
  for (const auto& tensor : example.Parameters()) {
    ExpectClose(Sample(tensor.values), Golden().tensors.at(prefix + tensor.name).values, 1e-3,
                prefix + tensor.name);
  }
}

INSTANTIATE_TEST_SUITE_P(, GoldenOptimizer,
                         ::testing::Values(Training{"article_small", "adam", 0},
                                           Training{"mlp", "adam", 1.0},
                                           Training{"mlp", "radam", 0.5},
                                           Training{"mlp", "rmsprop", 0},
                                           Training{"nature_dueling", "rmsprop", 5.0},
                                           Training{"article_channels", "adam", 0},
                                           Training{"nature_sample", "adam", 10.0}),
                         [](const auto& param_info) {
                           return param_info.param.name + "_" + param_info.param.algorithm;
                         });

}  // namespace
}  // namespace arcadeq
