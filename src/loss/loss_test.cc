#include "loss/loss.h"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "base/choice.h"
#include "base/error.h"
#include "base/histogram.h"
#include "base/random.h"
#include "base/safetensors.h"
#include "base/settings.h"

namespace arcadeq {
namespace {

std::unique_ptr<Loss> MakeLoss(const std::string& name,
                               const std::vector<std::string>& assignments = {}) {
  Choice<LossMaker> losses = LossChoice(name);
  Settings settings;
  losses.Declare(settings, "agent.loss", "");
  for (const std::string& assignment : assignments) settings.SetFromAssignment(assignment, "test");
  losses.Check();
  return losses.Make();
}

// The results of a scalar loss for one prediction and target.
struct Compared {
  float loss;
  float gradient;
};
Compared Compare(const Loss& loss, float output, float target) {
  Compared compared{};
  compared.loss = loss.Compare({&output, 1}, {&target, 1}, {&compared.gradient, 1});
  return compared;
}

void ExpectAsInPyTorch(const Loss& loss, const std::string& name) {
  const SafetensorsFile golden =
      ReadSafetensors(ARCADEQ_SOURCE_DIR "/tests/golden/loss_golden.safetensors");
  const auto& outputs = golden.tensors.at("outputs").values;
  const auto& targets = golden.tensors.at("targets").values;
  ASSERT_GT(outputs.size(), 1000u);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto [value, gradient] = Compare(loss, outputs[i], targets[i]);
    ASSERT_FLOAT_EQ(value, golden.tensors.at(name + ".loss").values[i]) << i;
    ASSERT_FLOAT_EQ(gradient, golden.tensors.at(name + ".gradient").values[i]) << i;
  }
}

TEST(Loss, AgreesWithPyTorch) {
  for (const std::string delta : {"0.25", "1.0", "3.0"}) {
    ExpectAsInPyTorch(*MakeLoss("huber", {"agent.huber_delta=" + delta}), "huber_" + delta);
  }
  ExpectAsInPyTorch(*MakeLoss("squared"), "squared");
}

// Compares the gradient of every loss with central differences.
TEST(Loss, GradientsMatchCentralDifferences) {
  for (const std::string& name : LossChoice("huber").names()) {
    const auto loss = MakeLoss(name, {"agent.huber_delta=0.7"});
    const auto atoms = static_cast<std::size_t>(loss->atoms());
    std::vector<float> outputs(atoms), target(atoms), gradient(atoms), unused(atoms);
    loss->ReturnTarget(0.4f, target);
    RandomStream random(1, name);
    for (int trial = 0; trial < 30; ++trial) {
      for (float& output : outputs) output = static_cast<float>(random.Uniform() * 4 - 2);
      loss->Compare(outputs, target, gradient);
      for (std::size_t i = 0; i < atoms; ++i) {
        constexpr float kStep = 1e-2f;
        std::vector<float> above = outputs, below = outputs;
        above[i] += kStep;
        below[i] -= kStep;
        const float numeric =
            (loss->Compare(above, target, unused) - loss->Compare(below, target, unused)) /
            (2 * kStep);
        EXPECT_NEAR(gradient[i], numeric, 1e-2) << name << ", output " << i << " = " << outputs[i];
      }
    }
  }
}

TEST(Loss, TheTargetIsTheRewardPlusTheDiscountedNextValue) {
  for (const std::string name : {"huber", "squared"}) {
    const auto loss = MakeLoss(name);
    const float next = 4;
    float target = 0;
    loss->BootstrapTarget({1.5f, 0.5f}, {&next, 1}, {&target, 1});
    EXPECT_EQ(loss->TargetValue({&target, 1}), 3.5f);
    loss->BootstrapTarget({1.5f, 0}, {&next, 1}, {&target, 1});
    EXPECT_EQ(loss->TargetValue({&target, 1}), 1.5f);
    loss->ReturnTarget(-7, {&target, 1});
    EXPECT_EQ(loss->TargetValue({&target, 1}), -7);
    EXPECT_EQ(loss->Value({&next, 1}), 4);
    EXPECT_EQ(loss->atoms(), 1);
  }
}

// With the settings of the script: targets that bootstrap from the next state's outputs.
void ExpectBootstrapsAsInPyTorch(const Loss& loss, const std::string& name) {
  const SafetensorsFile golden =
      ReadSafetensors(ARCADEQ_SOURCE_DIR "/tests/golden/loss_golden.safetensors");
  const auto tensor = [&](const std::string& part) -> const std::vector<float>& {
    return golden.tensors.at(name + "." + part).values;
  };
  const auto atoms = static_cast<std::size_t>(loss.atoms());
  ASSERT_EQ(tensor("outputs").size(), 40 * atoms);
  std::vector<float> target(atoms), gradient(atoms);
  for (std::size_t i = 0; i < 40; ++i) {
    const auto outputs = std::span(tensor("outputs")).subspan(i * atoms, atoms);
    loss.BootstrapTarget({tensor("rewards")[i], tensor("discounts")[i]},
                         std::span(tensor("next")).subspan(i * atoms, atoms), target);
    EXPECT_NEAR(loss.Value(outputs), tensor("values")[i], 1e-5) << i;
    EXPECT_NEAR(loss.Compare(outputs, target, gradient), tensor("loss")[i], 1e-5) << i;
    for (std::size_t k = 0; k < atoms; ++k) {
      EXPECT_NEAR(target[k], tensor("targets")[i * atoms + k], 2e-6) << i;
      EXPECT_NEAR(gradient[k], tensor("gradient")[i * atoms + k], 2e-6) << i;
    }
  }
}

// A distribution's mean is the value of the outputs that it describes.
void ExpectDistributionHasTheValue(const Loss& loss, std::span<const float> outputs) {
  const std::optional<Histogram> histogram = loss.Distribution(outputs);
  ASSERT_TRUE(histogram);
  const auto bins = static_cast<double>(histogram->shares.size());
  double sum = 0, mean = 0;
  for (std::size_t i = 0; i < histogram->shares.size(); ++i) {
    const double centre =
        histogram->low + (static_cast<double>(i) + 0.5) * (histogram->high - histogram->low) / bins;
    sum += histogram->shares[i];
    mean += histogram->shares[i] * centre;
  }
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_NEAR(mean, loss.Value(outputs), 1e-4);
}

TEST(Loss, DistributionsHaveTheValue) {
  for (const std::string name : {"categorical", "hl_gauss", "quantile"}) {
    const auto loss = MakeLoss(name);
    std::vector<float> outputs(static_cast<std::size_t>(loss->atoms()));
    ExpectDistributionHasTheValue(*loss, outputs);
    RandomStream random(1, name);
    for (float& output : outputs) output = static_cast<float>(random.Uniform() * 8 - 3);
    ExpectDistributionHasTheValue(*loss, outputs);
  }
}

// The same bins as in the script.
std::unique_ptr<Loss> MakeHistogramLoss() {
  return MakeLoss("hl_gauss", {"agent.hl_gauss_bins=13", "agent.hl_gauss_low=-2",
                               "agent.hl_gauss_high=3", "agent.hl_gauss_sigma=0.6"});
}

TEST(HlGauss, AgreesWithPyTorch) {
  const SafetensorsFile golden =
      ReadSafetensors(ARCADEQ_SOURCE_DIR "/tests/golden/loss_golden.safetensors");
  const auto tensor = [&](const std::string& name) -> const std::vector<float>& {
    return golden.tensors.at("hl_gauss." + name).values;
  };
  const auto loss = MakeHistogramLoss();
  const auto bins = static_cast<std::size_t>(loss->atoms());
  ASSERT_EQ(bins, 13u);
  ASSERT_EQ(tensor("returns").size(), 40u);
  std::vector<float> target(bins), gradient(bins);
  for (std::size_t i = 0; i < 40; ++i) {
    const auto outputs = std::span(tensor("outputs")).subspan(i * bins, bins);
    loss->ReturnTarget(tensor("returns")[i], target);
    EXPECT_NEAR(loss->Value(outputs), tensor("values")[i], 1e-5) << i;
    EXPECT_NEAR(loss->Compare(outputs, target, gradient), tensor("loss")[i], 1e-5) << i;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      EXPECT_NEAR(target[bin], tensor("targets")[i * bins + bin], 2e-6) << i;
      EXPECT_NEAR(gradient[bin], tensor("gradient")[i * bins + bin], 2e-6) << i;
    }
  }
}

// Away from the ends the bins are symmetric around the return; returns beyond the ends are clamped.
TEST(HlGauss, ATargetHasTheValueOfItsReturn) {
  const auto loss = MakeLoss("hl_gauss");
  std::vector<float> target(static_cast<std::size_t>(loss->atoms())), beyond(target.size());
  for (float g_t = -8; g_t <= 8; g_t += 0.37f) {
    loss->ReturnTarget(g_t, target);
    EXPECT_NEAR(loss->TargetValue(target), g_t, 2e-3);
  }
  loss->ReturnTarget(10, target);
  loss->ReturnTarget(1e6f, beyond);
  EXPECT_EQ(beyond, target);
  EXPECT_GT(loss->TargetValue(target), 9.5);
}

TEST(HlGauss, BootstrapsFromTheNextValue) {
  const auto loss = MakeLoss("hl_gauss");
  std::vector<float> next(static_cast<std::size_t>(loss->atoms())), target(next.size());
  next[40] = 50;  // all of the probability
  const float value = loss->Value(next);
  EXPECT_NEAR(value, -10 + 20 * 40.5 / 51, 1e-5);
  loss->BootstrapTarget({1.5f, 0.5f}, next, target);
  EXPECT_NEAR(loss->TargetValue(target), 1.5f + 0.5f * value, 2e-3);
}

TEST(HlGauss, RefusesAnEmptyRange) {
  EXPECT_THROW(MakeLoss("hl_gauss", {"agent.hl_gauss_low=10"}), UserError);
  for (const std::string name : {"hl_gauss", "categorical"}) {
    EXPECT_THROW(
        MakeLoss(name, {"agent." + name + "_low=1e8", "agent." + name + "_high=100000001"}),
        UserError)
        << "single precision cannot tell its parts apart";
  }
}

TEST(Categorical, AgreesWithPyTorch) {
  ExpectBootstrapsAsInPyTorch(
      *MakeLoss("categorical", {"agent.categorical_atoms=11", "agent.categorical_low=-2",
                                "agent.categorical_high=3"}),
      "categorical");
}

TEST(Categorical, ATargetHasTheValueOfItsReturn) {
  const auto loss = MakeLoss("categorical");
  std::vector<float> target(static_cast<std::size_t>(loss->atoms())), beyond(target.size());
  for (float g_t = -10; g_t <= 10; g_t += 0.37f) {
    loss->ReturnTarget(g_t, target);
    EXPECT_NEAR(loss->TargetValue(target), g_t, 1e-4);
  }
  loss->ReturnTarget(10, target);
  EXPECT_EQ(target.back(), 1);
  loss->ReturnTarget(1e6f, beyond);
  EXPECT_EQ(beyond, target);
}

// A network that has diverged is reported by the loss of its outputs; its targets must do no harm.
TEST(Categorical, SurvivesTargetsThatAreNotNumbers) {
  const auto loss = MakeLoss("categorical");
  std::vector<float> target(static_cast<std::size_t>(loss->atoms()));
  loss->ReturnTarget(std::numeric_limits<float>::quiet_NaN(), target);
  EXPECT_EQ(target.front(), 1);
  loss->ReturnTarget(-std::numeric_limits<float>::infinity(), target);
  EXPECT_EQ(target.front(), 1);
}

TEST(Categorical, RefusesAnEmptyRange) {
  EXPECT_THROW(MakeLoss("categorical", {"agent.categorical_low=10"}), UserError);
}

TEST(Quantile, AgreesWithPyTorch) {
  ExpectBootstrapsAsInPyTorch(
      *MakeLoss("quantile", {"agent.quantiles=9", "agent.quantile_kappa=0.7"}), "quantile");
}

TEST(Quantile, ATargetHasTheValueOfItsReturn) {
  const auto loss = MakeLoss("quantile", {"agent.quantiles=8"});
  std::vector<float> target(8);
  loss->ReturnTarget(-2.5f, target);
  EXPECT_EQ(loss->TargetValue(target), -2.5f);
}

}  // namespace
}  // namespace arcadeq
