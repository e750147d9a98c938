#include "agent/learner.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "agent/target.h"
#include "base/error.h"
#include "base/testing/allocation_counter.h"

namespace arcadeq {
namespace {

constexpr FrameFormat kVector{ElementType::kFloat32, 1, 4};
constexpr int kActions = 2;
constexpr int kBatch = 8;

const NetworkConfig kNetwork{.architecture = "mlp", .hidden = 16, .dueling = true};

// A batch of random transitions, every fourth one terminated.
class LearnerTest : public ::testing::Test {
 protected:
  LearnerTest() : batch_(kBatch) {
    RandomStream random(3, "batch");
    for (auto& value : frames_) value = static_cast<float>(random.Uniform(-1, 1));
    for (int i = 0; i < kBatch; ++i) {
      batch_.s_tm1[i] = View(i);
      batch_.s_t[i] = View(kBatch + i);
      batch_.a_tm1[i] = i % kActions;
      batch_.r_t[i] = static_cast<float>(random.Uniform(-1, 1));
      batch_.discount_t[i] = i % 4 == 0 ? 0.0f : 0.99f;
    }
  }

  StackView View(int i) const {
    StackView view;
    view.frames[0] =
        reinterpret_cast<const std::uint8_t*>(&frames_[4 * static_cast<std::size_t>(i)]);
    view.depth = 1;
    return view;
  }

  Learner MakeLearner(const AgentConfig& config, OptimizerConfig optimizer = {}) {
    RandomStream init(4, "init");
    return Learner(config, optimizer, network_, kBatch, pool_, init);
  }

  std::vector<float> Values(std::span<const float> parameters, const std::vector<StackView>& s) {
    std::vector<float> q(kBatch * kActions);
    auto workspace = network_.MakeWorkspace(kBatch);
    auto images = network_.MakeImages(kBatch);
    network_.Read(s, *images, pool_);
    network_.Forward(parameters, {*images, 0, kBatch}, *workspace, pool_, q);
    return q;
  }

  // The mean Huber loss with the batch's targets worked out the long way.
  double Loss(const Learner& learner, const AgentConfig& config) {
    const auto q = Values(learner.online(), batch_.s_tm1);
    const auto online = Values(learner.online(), batch_.s_t);
    const auto target = Values(learner.target(), batch_.s_t);
    double loss = 0;
    for (int i = 0; i < kBatch; ++i) {
      const auto& selector = config.double_q || !config.target_network ? online : target;
      const auto& evaluator = config.target_network ? target : online;
      const int best = selector[2 * i] >= selector[2 * i + 1] ? 0 : 1;
      const double next = batch_.discount_t[i] * evaluator[2 * i + best];
      const double error = q[2 * i + batch_.a_tm1[i]] - (batch_.r_t[i] + next);
      loss += std::abs(error) < 1 ? 0.5 * error * error : std::abs(error) - 0.5;
    }
    return loss / kBatch;
  }

  ThreadPool pool_{1};
  QNetwork network_{kNetwork, kVector, 1, kActions};
  std::array<float, 8 * kBatch> frames_{};
  Batch batch_;
};

TEST_F(LearnerTest, ReportsTheLossOfEachKindOfTarget) {
  for (const auto& [double_q, target_network] :
       {std::pair{true, true}, std::pair{false, true}, std::pair{false, false}}) {
    AgentConfig config;
    config.double_q = double_q;
    config.target_network = target_network;
    config.target_tau = 0.1;
    Learner learner = MakeLearner(config);
    for (int i = 0; i < 5; ++i) {  // the two networks drift apart
      const double expected = Loss(learner, config);
      EXPECT_NEAR(learner.Update(batch_).loss, expected, 1e-6);
    }
  }
}

TEST_F(LearnerTest, FitsTerminalRewards) {
  AgentConfig config;
  std::ranges::fill(batch_.discount_t, 0.0f);
  Learner learner = MakeLearner(config, {.learning_rate = 1e-2});
  for (int i = 0; i < 500; ++i) learner.Update(batch_);
  const auto q = Values(learner.online(), batch_.s_tm1);
  for (int i = 0; i < kBatch; ++i) EXPECT_NEAR(q[2 * i + batch_.a_tm1[i]], batch_.r_t[i], 0.02);
}

TEST_F(LearnerTest, BlendsTheTargetNetworkAfterEachUpdate) {
  AgentConfig config;
  config.target_tau = 0.25;
  Learner learner = MakeLearner(config);
  const std::vector<float> before(learner.target().begin(), learner.target().end());
  learner.Update(batch_);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_NEAR(learner.target()[i], 0.75f * before[i] + 0.25f * learner.online()[i], 1e-6f);
  }
}

TEST_F(LearnerTest, CopiesTheTargetNetworkEveryPeriod) {
  AgentConfig config;
  config.target_period = 3;
  Learner learner = MakeLearner(config);
  for (int update = 1; update <= 7; ++update) {
    learner.Update(batch_);
    EXPECT_EQ(std::ranges::equal(learner.target(), learner.online()), update % 3 == 0) << update;
  }
}

TEST_F(LearnerTest, DoubleNeedsATargetNetwork) {
  AgentConfig config;
  config.target_network = false;
  EXPECT_THROW(MakeLearner(config), UserError);
}

TEST_F(LearnerTest, OnlyTheSecondPartOfAnUpdateWritesParameters) {
  for (const double max_grad_norm : {0.0, 0.1}) {
    Learner learner = MakeLearner({}, {.max_grad_norm = max_grad_norm});
    Learner whole = MakeLearner({}, {.max_grad_norm = max_grad_norm});
    for (int i = 0; i < 3; ++i) {
      const std::vector<float> online(learner.online().begin(), learner.online().end());
      const std::vector<float> target(learner.target().begin(), learner.target().end());
      const UpdateStats stats = learner.BeginUpdate(batch_);
      EXPECT_TRUE(std::ranges::equal(learner.online(), online));
      EXPECT_TRUE(std::ranges::equal(learner.target(), target));
      EXPECT_EQ(learner.updates(), i);
      const double norm = learner.FinishUpdate();
      EXPECT_FALSE(std::ranges::equal(learner.online(), online));
      const UpdateStats expected = whole.Update(batch_);
      EXPECT_EQ(stats.loss, expected.loss);
      EXPECT_EQ(norm, expected.gradient_norm);
      EXPECT_TRUE(std::ranges::equal(learner.online(), whole.online()));
      EXPECT_TRUE(std::ranges::equal(learner.target(), whole.target()));
    }
  }
}

TEST_F(LearnerTest, GoesOnFromARestoredStateAsIfNothingHadHappened) {
  AgentConfig config;
  config.target_period = 4;
  Learner whole = MakeLearner(config), first = MakeLearner(config), second = MakeLearner(config);
  for (int i = 0; i < 5; ++i) whole.Update(batch_);
  for (int i = 0; i < 2; ++i) first.Update(batch_);
  second.Restore(
      first.updates(), first.optimizer().steps(),
      {first.online(), first.target(), first.optimizer().mean(), first.optimizer().square()});
  for (int i = 0; i < 3; ++i) second.Update(batch_);
  EXPECT_TRUE(std::ranges::equal(second.online(), whole.online()));
  EXPECT_TRUE(std::ranges::equal(second.target(), whole.target()));
}

// A limit so high that nothing is clipped leaves only the way there to differ.
TEST_F(LearnerTest, StoringTheGradientToClipItChangesNoBit) {
  Learner fused = MakeLearner({});
  Learner stored = MakeLearner({}, {.max_grad_norm = 1e6});
  for (int i = 0; i < 5; ++i) {
    const double norm = fused.Update(batch_).gradient_norm;
    EXPECT_NEAR(stored.Update(batch_).gradient_norm, norm, 1e-6 * norm);
  }
  EXPECT_TRUE(std::ranges::equal(fused.online(), stored.online()));
  EXPECT_TRUE(std::ranges::equal(fused.target(), stored.target()));
}

// On pixels, most of them zero, as the article's network sees them.
TEST(Learner, BitsDoNotDependOnTheThreadsAndAnUpdateAllocatesNothing) {
  constexpr FrameFormat kFrame{ElementType::kUint8, 44, 36};
  constexpr int kStack = 3, kPixelBatch = 13;
  const QNetwork network({"article", 40, true}, kFrame, kStack, 4);
  RandomStream random(5, "pixels");
  AlignedBuffer<std::uint8_t> pixels(kFrame.bytes() * 2 * kPixelBatch * kStack);
  for (auto& pixel : pixels) {
    pixel = random.Below(10) == 0 ? static_cast<std::uint8_t>(random.Below(256)) : 0;
  }
  Batch batch(kPixelBatch);
  for (int i = 0; i < 2 * kPixelBatch; ++i) {
    StackView& view = i < kPixelBatch ? batch.s_tm1[i] : batch.s_t[i - kPixelBatch];
    view.depth = kStack;
    for (int f = 0; f < kStack; ++f) {
      view.frames[f] = pixels.data() + (i * kStack + f) * kFrame.bytes();
    }
  }
  for (int i = 0; i < kPixelBatch; ++i) {
    batch.a_tm1[i] = i % 4;
    batch.r_t[i] = static_cast<float>(random.Uniform(-1, 1));
    batch.discount_t[i] = 0.99f;
  }
  std::vector<float> online;
  double norm = 0;
  for (const int threads : {1, 2, 3, 4}) {
    ThreadPool pool(threads);
    RandomStream init(4, "init");
    Learner learner({}, {}, network, kPixelBatch, pool, init);
    learner.Update(batch);
    const std::int64_t before = testing::Allocations();
    const UpdateStats stats = learner.Update(batch);
    EXPECT_EQ(testing::Allocations(), before);
    if (threads == 1) {
      online.assign(learner.online().begin(), learner.online().end());
      norm = stats.gradient_norm;
    }
    EXPECT_TRUE(std::ranges::equal(learner.online(), online)) << threads << " threads";
    EXPECT_EQ(stats.gradient_norm, norm) << threads << " threads";
  }
}

TEST_F(LearnerTest, StatisticsAreOfTheBatchBeforeTheUpdate) {
  Learner learner = MakeLearner({});
  const auto q = Values(learner.online(), batch_.s_tm1);
  double mean_q = 0, max_q = 0;
  for (int i = 0; i < kBatch; ++i) {
    mean_q += q[2 * i + batch_.a_tm1[i]] / kBatch;
    max_q += std::max(q[2 * i], q[2 * i + 1]) / kBatch;
  }
  const UpdateStats stats = learner.Update(batch_);
  EXPECT_NEAR(stats.mean_q, mean_q, 1e-6);
  EXPECT_NEAR(stats.max_q, max_q, 1e-6);
  EXPECT_GT(stats.td_error, 0);
  EXPECT_GT(stats.gradient_norm, 0);
}

}  // namespace
}  // namespace arcadeq
