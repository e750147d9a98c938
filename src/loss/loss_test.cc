#include "loss/loss.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "base/safetensors.h"

namespace arcadeq {
namespace {

std::unique_ptr<Loss> MakeLoss(const std::string& name, const std::string& delta = "1") {
  Choice<LossMaker> losses = LossChoice(name);
  Settings settings;
  losses.Declare(settings, "agent.loss", "");
  settings.Set("agent.huber_delta", delta, "test");
  return losses.Make();
}

// Of a loss of scalar outputs, at one prediction and target.
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
    ExpectAsInPyTorch(*MakeLoss("huber", delta), "huber_" + delta);
  }
  ExpectAsInPyTorch(*MakeLoss("squared"), "squared");
}

// Whatever the loss: its gradient against central differences, away from the kink of Huber's.
TEST(Loss, GradientsAreThoseOfTheLoss) {
  for (const std::string name : {"huber", "squared"}) {
    const auto loss = MakeLoss(name, "0.7");
    for (float output = -2; output <= 2; output += 0.13f) {
      constexpr float kStep = 1e-2f;
      const float numeric =
          (Compare(*loss, output + kStep, 0.4f).loss - Compare(*loss, output - kStep, 0.4f).loss) /
          (2 * kStep);
      EXPECT_NEAR(Compare(*loss, output, 0.4f).gradient, numeric, 1e-2) << name << " " << output;
    }
  }
}

TEST(Loss, ATargetIsTheRewardAndTheDiscountedNextValue) {
  for (const std::string name : {"huber", "squared"}) {
    const auto loss = MakeLoss(name);
    const float next = 4;
    float target = 0;
    loss->BootstrapTarget(1.5f, 0.5f, {&next, 1}, {&target, 1});
    EXPECT_EQ(loss->TargetValue({&target, 1}), 3.5f);
    loss->BootstrapTarget(1.5f, 0, {&next, 1}, {&target, 1});
    EXPECT_EQ(loss->TargetValue({&target, 1}), 1.5f);
    loss->ReturnTarget(-7, {&target, 1});
    EXPECT_EQ(loss->TargetValue({&target, 1}), -7);
    EXPECT_EQ(loss->Value({&next, 1}), 4);
    EXPECT_EQ(loss->atoms(), 1);
  }
}

}  // namespace
}  // namespace arcadeq
