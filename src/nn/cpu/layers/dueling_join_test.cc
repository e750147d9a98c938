#include <algorithm>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/thread_pool.h"
#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/planner.h"
#include "nn/cpu/stage.h"
#include "nn/network.h"

namespace arcadeq::cpu {
namespace {

using ::testing::ElementsAre;

// Runs a dueling join, as made by the planner, on some samples.
class DuelingJoinTest : public ::testing::Test {
 protected:
  void Make(int actions, int atoms) {
    shape_ = {.frame = {ElementType::kFloat32, 1, 4}, .actions = actions, .atoms = atoms};
    Planner planner(config_, shape_, kernels::kReference, layout_, hidden_);
    stages_ = planner.PlanAll(
        {layers::Dense{{{"advantage", actions * atoms}, {"value", atoms}}}, layers::DuelingJoin{}});
    workspace_ = stages_.back()->MakeWorkspace(kSamples);
  }

  // The outputs of the join for each sample, given its advantages followed by its values; and the
  // gradients of its inputs, given those of its outputs.
  std::vector<float> Forward(const std::vector<std::vector<float>>& in) {
    const int size = shape_.outputs();
    const BatchView from = in_.View(kSamples), to = out_.View(kSamples);
    for (int i = 0; i < kSamples; ++i) {
      std::copy_n(in[i].data(), size, from.sample(i));
      std::copy_n(in[i].data() + size, shape_.atoms, from.sample(i) + 16);
    }
    stages_.back()->Forward({nullptr, {}, from, to, *workspace_, pool_});
    std::vector<float> result;
    for (int i = 0; i < kSamples; ++i) {
      result.insert(result.end(), to.sample(i), to.sample(i) + size);
    }
    return result;
  }
  std::vector<std::vector<float>> Backward(const std::vector<float>& d_out) {
    const int size = shape_.outputs();
    const BatchView d_in = in_.View(kSamples), d = out_.View(kSamples);
    for (int i = 0; i < kSamples; ++i) std::copy_n(&d_out[i * size], size, d.sample(i));
    stages_.back()->Backward({nullptr, {}, d_in, d, *workspace_, pool_}, d, &d_in, nullptr);
    std::vector<std::vector<float>> result;
    for (int i = 0; i < kSamples; ++i) {
      result.emplace_back(d_in.sample(i), d_in.sample(i) + size);
      result.back().insert(result.back().end(), d_in.sample(i) + 16,
                           d_in.sample(i) + 16 + shape_.atoms);
    }
    return result;
  }

  static constexpr int kSamples = 2;
  NetworkConfig config_;
  NetworkShape shape_;
  ParameterLayout layout_;
  std::vector<HiddenLayer> hidden_;
  std::vector<std::unique_ptr<Stage>> stages_;
  std::unique_ptr<Stage::Workspace> workspace_;
  ThreadPool pool_{1};
  BatchMatrix in_{kSamples, 32}, out_{kSamples, 16};
};

TEST_F(DuelingJoinTest, TheMeanIsPerSample) {
  Make(3, 1);
  EXPECT_THAT(Forward({{0, 1, 2, 100}, {10, 20, 30, -100}}),
              ElementsAre(99, 100, 101, -110, -100, -90));
}

TEST_F(DuelingJoinTest, GradientsOfBothStreams) {
  Make(3, 1);
  EXPECT_THAT(Backward({3, 0, 0, 1, 2, 3}),
              ElementsAre(ElementsAre(2, -1, -1, 3), ElementsAre(-1, 0, 1, 6)));
}

TEST_F(DuelingJoinTest, JoinsEachAtomSeparately) {
  Make(3, 2);
  const std::vector<float> sample = {0, 10, 1, 20, 2, 30, 100, -100};  // means 1 and 20
  const auto out = Forward({sample, sample});
  EXPECT_THAT(std::vector<float>(out.begin(), out.begin() + 6),
              ElementsAre(99, -110, 100, -100, 101, -90));
  EXPECT_THAT(Backward(out)[0], ElementsAre(-1, -10, 0, 0, 1, 10, 300, -300));
}

}  // namespace
}  // namespace arcadeq::cpu
