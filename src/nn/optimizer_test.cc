// Steps of the optimisers by their formulas, in double. Longer runs against PyTorch:
// golden_test.cc.

#include "nn/optimizer.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/testing/example.h"
#include "nn/testing/values.h"

namespace arcadeq {
namespace {

using testing::HashOf;
using testing::ValuesOf;

constexpr double kNoClipping = 1e9;  // but the gradient is stored

// A network whose parameters are more than one piece of work, the last piece not full.
class Subject : public testing::Example {
 public:
  Subject() : Example(MakeNetwork({"mlp", 200, true}, {{ElementType::kFloat32, 1, 16}, 1, 6}), 3) {}

  // The gradient of the last step, as long as the optimiser clips.
  std::vector<float> Gradient() const { return ValuesOf(*network, gradient()); }
  std::vector<float> Parameters() const { return ValuesOf(*network, *parameters); }
};

double Norm(const std::vector<float>& gradient) {
  double squares = 0;
  for (float g : gradient) squares += static_cast<double>(g) * g;
  return std::sqrt(squares);
}

// Steps of an optimiser beside steps by a formula: update(step from 1 on, gradient, moments, p).
template <typename Update>
void ExpectStepsByFormula(const OptimizerConfig& config, Update update) {
  ThreadPool pool(2);
  Subject subject;
  Optimizer optimizer(config, *subject.network);
  const auto initial = subject.Parameters();
  std::vector<double> p(initial.begin(), initial.end()), first(p.size()), second(p.size());
  for (int t = 1; t <= 8; ++t) {
    subject.Step(optimizer, {}, pool);
    const auto gradient = subject.Gradient();
    for (std::size_t i = 0; i < p.size(); ++i) update(t, gradient[i], first[i], second[i], p[i]);
  }
  const auto parameters = subject.Parameters();
  for (std::size_t i = 0; i < p.size(); ++i) ASSERT_NEAR(parameters[i], p[i], 2e-6) << i;
}

TEST(Optimizer, AdamByItsFormula) {
  ExpectStepsByFormula(
      {.algorithm = "adam", .learning_rate = 0.01, .epsilon = 1e-3, .max_grad_norm = kNoClipping},
      [](int t, double g, double& m, double& v, double& p) {
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        const double m_hat = m / (1 - std::pow(0.9, t));
        const double v_hat = v / (1 - std::pow(0.999, t));
        p -= 0.01 * m_hat / (std::sqrt(v_hat) + 1e-3);
      });
}

TEST(Optimizer, TheLearningRateChangesLinearlyAndThenStaysAtItsEnd) {
  ExpectStepsByFormula({.algorithm = "adam",
                        .learning_rate = 0.01,
                        .learning_rate_decay_updates = 5,
                        .learning_rate_end = 0.002,
                        .beta1 = 0,
                        .beta2 = 0,
                        .epsilon = 1e-3,
                        .max_grad_norm = kNoClipping},
                       [](int t, double g, double&, double&, double& p) {
                         const double rate = t <= 5 ? 0.01 - 0.008 * (t - 1) / 5 : 0.002;
                         p -= rate * g / (std::abs(g) + 1e-3);
                       });
}

// The variance is unbounded in the first five steps, which do without it.
TEST(Optimizer, RAdamByItsFormula) {
  ExpectStepsByFormula(
      {.algorithm = "radam", .learning_rate = 0.01, .epsilon = 1e-3, .max_grad_norm = kNoClipping},
      [](int t, double g, double& m, double& v, double& p) {
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        const double m_hat = m / (1 - std::pow(0.9, t));
        const double rho = 1999 - 2 * t * std::pow(0.999, t) / (1 - std::pow(0.999, t));
        if (t <= 5) {
          ASSERT_LT(rho, 5);
          p -= 0.01 * m_hat;
        } else {
          const double r =
              std::sqrt((rho - 4) * (rho - 2) * 1999 / ((1999.0 - 4) * (1999 - 2) * rho));
          p -= 0.01 * r * m_hat * std::sqrt(1 - std::pow(0.999, t)) / (std::sqrt(v) + 1e-3);
        }
      });
}

TEST(Optimizer, AShareOfTheUpdatesGivesTheirNumber) {
  const OptimizerConfig config{.learning_rate_decay_updates = 7};
  EXPECT_EQ(config.Over(1000).learning_rate_decay_updates, 7);
  EXPECT_EQ(
      OptimizerConfig{.learning_rate_decay_share = 0.25}.Over(1000).learning_rate_decay_updates,
      250);
}

TEST(Optimizer, CentredRmsPropByItsFormula) {
  ExpectStepsByFormula({.algorithm = "rmsprop",
                        .learning_rate = 0.01,
                        .epsilon = 0.01,
                        .max_grad_norm = kNoClipping},
                       [](int, double g, double& mean, double& square, double& p) {
                         mean = 0.95 * mean + 0.05 * g;
                         square = 0.95 * square + 0.05 * g * g;
                         p -= 0.01 * g / std::sqrt(square - mean * mean + 0.01);
                       });
}

TEST(Optimizer, ClipsToTheGlobalNormAndReturnsTheNormBefore) {
  ThreadPool pool(2);
  Subject whole, clipped;
  Optimizer no_limit({.max_grad_norm = kNoClipping}, *whole.network);
  Optimizer limit({.max_grad_norm = 0.1}, *clipped.network);
  whole.Step(no_limit, {}, pool);
  const double norm = Norm(whole.Gradient());
  ASSERT_GT(norm, 0.1);
  EXPECT_NEAR(clipped.Step(limit, {}, pool), norm, 1e-6 * norm);
  EXPECT_NEAR(Norm(clipped.Gradient()), 0.1, 1e-7);
  for (std::size_t i = 0; i < whole.Gradient().size(); i += 997) {
    EXPECT_NEAR(clipped.Gradient()[i], whole.Gradient()[i] * 0.1 / norm, 1e-8);
  }
}

TEST(Optimizer, LeavesAGradientAloneThatIsShortEnough) {
  ThreadPool pool(2);
  Subject clipped, not_clipped;
  Optimizer limit({.max_grad_norm = kNoClipping}, *clipped.network);
  Optimizer none({}, *not_clipped.network);
  for (int i = 0; i < 3; ++i) {
    clipped.Step(limit, {}, pool);
    not_clipped.Step(none, {}, pool);
  }
  EXPECT_EQ(clipped.Parameters(), not_clipped.Parameters());
}

TEST(Optimizer, BitsDoNotDependOnTheNumberOfThreads) {
  std::vector<std::vector<float>> results;
  std::vector<double> norms;
  for (int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    Subject subject;
    Optimizer optimizer({.max_grad_norm = 0.1}, *subject.network);
    norms.push_back(subject.Step(optimizer, {}, pool));
    results.push_back(subject.Parameters());
  }
  EXPECT_EQ(norms[1], norms[0]);
  EXPECT_EQ(norms[2], norms[0]);
  EXPECT_EQ(results[1], results[0]);
  EXPECT_EQ(results[2], results[0]);
}

TEST(Optimizer, ItsStateCanBeTakenOver) {
  ThreadPool pool(2);
  for (const char* algorithm : {"adam", "radam", "rmsprop"}) {
    const OptimizerConfig config{.algorithm = algorithm, .learning_rate_decay_updates = 10};
    Subject whole, parted;
    const Network& network = *parted.network;
    Optimizer optimizer(config, *whole.network), first(config, network), second(config, network);
    for (int i = 0; i < 4; ++i) whole.Step(optimizer, {}, pool);
    for (int i = 0; i < 2; ++i) parted.Step(first, {}, pool);
    second.VisitState([&](std::string_view name, auto& to) {
      std::as_const(first).VisitState([&](std::string_view other, const auto& from) {
        if (name != other) return;
        if constexpr (std::is_same_v<decltype(to), std::int64_t&>) {
          if constexpr (std::is_same_v<decltype(from), const std::int64_t&>) to = from;
        } else if constexpr (!std::is_same_v<decltype(from), const std::int64_t&>) {
          network.Copy(from, to);
        }
      });
    });
    EXPECT_EQ(second.steps(), 2);
    for (int i = 0; i < 2; ++i) parted.Step(second, {}, pool);
    EXPECT_EQ(parted.Parameters(), whole.Parameters()) << algorithm;
  }
}

TEST(Optimizer, AStepBlendsItsParametersIntoTheTarget) {
  ThreadPool pool(2);
  for (const double max_grad_norm : {0.0, kNoClipping}) {
    Subject subject;
    const Network& network = *subject.network;
    const auto target = network.MakeParameters();
    RandomStream random(7, "target");
    network.Initialize(*target, random);
    const auto before = ValuesOf(network, *target);
    Optimizer optimizer({.max_grad_norm = max_grad_norm}, network);
    subject.Step(optimizer, {target.get(), 0.08}, pool);
    const auto online = subject.Parameters(), after = ValuesOf(network, *target);
    for (std::size_t i = 0; i < before.size(); ++i) {
      ASSERT_NEAR(after[i], before[i] + 0.08 * (online[i] - before[i]), 1e-6) << i;
    }
  }
}

}  // namespace
}  // namespace arcadeq
