#include "replay/sampler.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/choice.h"
#include "base/error.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/proportional_sampler.h"
#include "replay/replay.h"
#include "replay/replay_config.h"
#include "replay/saved_replay.h"
#include "replay/testing/recorded_replay.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

using Ids = std::vector<TransitionId>;

// A kind that gives tests access to its samplers: `newest` is the one made last.
template <typename Made>
class WatchedKind final : public Kind<SamplerMaker> {
 public:
  explicit WatchedKind(Made*& newest) : newest_(newest) {}
  void Declare(Settings&) override {}
  void Check() const override {}
  std::unique_ptr<Sampler> Make(const std::vector<std::int64_t>& capacities) const override {
    auto made = std::make_unique<Made>(typename Made::Config{}, capacities);
    newest_ = made.get();
    return made;
  }
  KindPointer<SamplerMaker> Clone() const override { return std::make_unique<WatchedKind>(*this); }

 private:
  Made*& newest_;
};

template <typename Made>
ReplayConfig Watched(std::int64_t capacity, Made*& newest) {
  std::vector<Choice<SamplerMaker>::Entry> entries;
  entries.push_back({"watched", std::make_unique<WatchedKind<Made>>(newest)});
  return {.capacity = capacity, .sampler = {std::move(entries), "watched"}};
}

// Records its calls and fails if they break the contract of Sampler.
class Bookkeeper final : public Sampler {
 public:
  using Config = NoSettings;
  Bookkeeper(const Config&, const std::vector<std::int64_t>& capacities)
      : capacities_(capacities), known_(capacities.size()) {}

  void Append(int env, StepRange steps) override {
    ASSERT_LT(steps.begin, steps.end);
    StepRange& known = known_[env];
    if (known.size() == 0) {
      ASSERT_GE(steps.begin, known.end);
      known.begin = steps.begin;
    } else {
      ASSERT_EQ(steps.begin, known.end);
    }
    known.end = steps.end;
    ASSERT_LE(known.size(), capacities_[env]);
  }
  void Evict(int env, StepRange steps) override {
    ASSERT_LT(steps.begin, steps.end);
    ASSERT_EQ(steps.begin, known_[env].begin);
    ASSERT_LE(steps.end, known_[env].end);
    known_[env].begin = steps.end;
  }
  void Draw(std::span<const StepRange> drawable, RandomStream&, std::span<TransitionId> ids,
            std::span<float> weights) override {
    for (std::size_t env = 0; env < known_.size(); ++env) {
      ASSERT_EQ(known_[env].size(), drawable[env].size());
      if (known_[env].size() == 0) continue;
      ASSERT_EQ(known_[env], drawable[env]);
      std::ranges::fill(ids, TransitionId{static_cast<int>(env), known_[env].begin});
    }
    std::ranges::fill(weights, 1.0f);
  }

 private:
  std::vector<std::int64_t> capacities_;
  std::vector<StepRange> known_;
};

RC_GTEST_PROP(Sampler, LearnsOfEveryAppendAndEviction, ()) {
  const int envs = *rc::gen::inRange(1, 4);
  const TransitionRule rule{.n_step = *rc::gen::inRange(1, 6)};
  Bookkeeper* sampler = nullptr;
  RecordedReplay r(3, Watched(envs * (3 + rule.n_step) + *rc::gen::inRange(0, 60), sampler), rule,
                   envs);
  RandomStream random(*rc::gen::arbitrary<std::uint32_t>(), "steps");
  ThreadPool pool(1);
  Batch batch(1);
  for (int k = 0; k < 60; ++k) {
    for (auto steps = random.Below(30); steps > 0; --steps) r.StepAtRandom(random);
    if (!r.replay.CanSample()) continue;
    r.replay.Sample(random, pool, batch);
    RC_ASSERT(!::testing::Test::HasFatalFailure());
    RC_ASSERT(r.IsRight(batch, 0));
  }
}

TEST(SamplerChoice, IsMadeByASetting) {
  ReplayConfig config;
  Settings settings;
  config.Declare(settings);
  settings.Set("replay.sampler", "proportional", "--set");
  EXPECT_EQ(config.sampler.name(), "proportional");
  EXPECT_THROW(settings.Set("replay.sampler", "newest", "--set"), UserError);
}

class ProportionalSamplerTest : public ::testing::Test {
 protected:
  // As a replay would call it.
  void Append(int env, std::int64_t count) {
    sampler_.Append(env, {drawable_[env].end, drawable_[env].end + count});
    drawable_[env].end += count;
  }
  void Evict(int env, std::int64_t count) {
    sampler_.Evict(env, {drawable_[env].begin, drawable_[env].begin + count});
    drawable_[env].begin += count;
  }
  void Update(TransitionId id, float priority) {
    sampler_.Update(std::span(&id, 1), std::span(&priority, 1));
  }

  // No powers of two.
  ProportionalSampler sampler_{{.priority_exponent = 1, .importance_exponent = 0.5}, {5, 11}};
  std::vector<StepRange> drawable_ = std::vector<StepRange>(2);
  RandomStream random_{1, "draws"};
};

TEST_F(ProportionalSamplerTest, AppendedTransitionsGetTheGreatestPrioritySoFar) {
  Append(0, 2);
  EXPECT_EQ(sampler_.weight({0, 0}), 1);
  Update({0, 1}, 7);
  Update({0, 1}, 2);
  Append(1, 1);
  EXPECT_NEAR(sampler_.weight({1, 0}), 7, 1e-5);
  EXPECT_NEAR(sampler_.total(), 1 + 2 + 7, 1e-5);
}

TEST_F(ProportionalSamplerTest, IgnoresThePrioritiesOfEvictedTransitions) {
  Append(0, 5);
  Evict(0, 3);
  Append(0, 3);  // in the leaves of the evicted ones
  Update({0, 2}, 1000);
  EXPECT_EQ(sampler_.weight({0, 2}), 0);
  EXPECT_EQ(sampler_.total(), 5);
  Ids ids(200);
  std::vector<float> weights(ids.size());
  sampler_.Draw(drawable_, random_, ids, weights);
  for (const TransitionId& id : ids) EXPECT_TRUE(drawable_[0].Contains(id.step));
}

// As a diverging network would report them.
TEST_F(ProportionalSamplerTest, IgnoresPrioritiesThatAreNotFinite) {
  Append(0, 3);
  Update({0, 1}, 4);
  Update({0, 1}, std::numeric_limits<float>::quiet_NaN());
  Update({0, 2}, std::numeric_limits<float>::infinity());
  EXPECT_NEAR(sampler_.total(), 1 + 4 + 1, 1e-5);
}

TEST_F(ProportionalSamplerTest, RefusesADamagedState) {
  Append(0, 2);
  Append(1, 7);
  Update({1, 6}, 3);
  const std::string good = sampler_.Save();
  // The bytes of the greatest priority, of the number of leaves, and of the 16 leaves.
  ASSERT_EQ(good.size(), 8U * (2 + 16));
  const auto restore = [this](const std::string& state) {
    ProportionalSampler restored({}, {5, 11});
    restored.Restore(state, drawable_);
  };
  EXPECT_NO_THROW(restore(good));
  for (const int leaf : {0, 2, 4, 5, 11, 12, 15}) {
    const bool empty = (leaf >= 2 && leaf < 5) || leaf >= 12;
    for (const double value :
         {empty ? 1 : 0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
      std::string damaged = good;
      std::memcpy(&damaged[8 * (2 + static_cast<std::size_t>(leaf))], &value, sizeof(value));
      EXPECT_THROW(restore(damaged), UserError) << leaf << " " << value;
    }
  }
  std::string damaged = good;
  const double zero = 0;
  std::memcpy(damaged.data(), &zero, sizeof(zero));
  EXPECT_THROW(restore(damaged), UserError);
  EXPECT_THROW(restore(good.substr(0, 100)), UserError);
}

TEST_F(ProportionalSamplerTest, DrawsByPriorityAndCorrectsTheWeights) {
  Append(0, 5);
  Append(1, 9);
  Evict(1, 4);
  Append(1, 6);  // across the end of the ring
  std::map<std::pair<int, std::int64_t>, double> priorities;
  double sum = 0;
  for (int env = 0; env < 2; ++env) {
    for (std::int64_t step = drawable_[env].begin; step < drawable_[env].end; ++step) {
      const int priority = 1 + (env * 5 + static_cast<int>(step) * 7) % 10;
      Update({env, step}, static_cast<float>(priority));
      priorities[{env, step}] = priority;
      sum += priority;
    }
  }
  ASSERT_EQ(priorities.size(), 16U);
  constexpr int kDraws = 100'000;
  Ids ids(kDraws);
  std::vector<float> weights(ids.size());
  sampler_.Draw(drawable_, random_, ids, weights);
  std::map<std::pair<int, std::int64_t>, int> counts;
  for (int i = 0; i < kDraws; ++i) {
    const std::pair<int, std::int64_t> id{ids[i].env, ids[i].step};
    ++counts[id];
    // (N P)^-1/2 relative to that of the least likely, whose priority is 1.
    ASSERT_NEAR(weights[i], 1 / std::sqrt(priorities.at(id)), 1e-5);
  }
  double chi_square = 0;
  for (const auto& [id, priority] : priorities) {
    const double expected = kDraws * priority / sum;
    chi_square += (counts[id] - expected) * (counts[id] - expected) / expected;
  }
  // The quantiles 0.0005 and 0.9995 for 15 degrees of freedom.
  EXPECT_GT(chi_square, 3.1);
  EXPECT_LT(chi_square, 39.7);
}

// A replay with a ProportionalSampler, and the priorities that its transitions should have.
struct PrioritizedReplay {
  PrioritizedReplay(std::int64_t capacity, const TransitionRule& rule, int envs)
      : recorded(3, Watched(capacity, sampler), rule, envs) {}

  void Update(const Ids& ids, const std::vector<float>& errors) {
    NoticeChanges();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto entry = priorities.find({ids[i].env, ids[i].step});
      if (entry == priorities.end()) continue;
      entry->second = std::pow(errors[i] + 1e-6, ProportionalConfig{}.priority_exponent);
      greatest = std::max(greatest, entry->second);
    }
    recorded.replay.UpdatePriorities(ids, errors);
  }
  // New transitions have the greatest priority; evicted ones have none.
  void NoticeChanges() {
    std::map<std::pair<int, std::int64_t>, double> now;
    for (const TransitionId& id : ReadAll(recorded.replay.store()).id) {
      const auto entry = priorities.find({id.env, id.step});
      now[{id.env, id.step}] = entry == priorities.end() ? greatest : entry->second;
    }
    priorities = std::move(now);
  }

  ProportionalSampler* sampler = nullptr;
  RecordedReplay recorded;
  std::map<std::pair<int, std::int64_t>, double> priorities;
  double greatest = 1;
};

RC_GTEST_PROP(PrioritizedReplay, KnowsThePrioritiesOfStoredTransitions, ()) {
  const int envs = *rc::gen::inRange(1, 4);
  const TransitionRule rule{.n_step = *rc::gen::inRange(1, 6)};
  PrioritizedReplay prioritized(envs * (3 + rule.n_step) + *rc::gen::inRange(0, 60), rule, envs);
  RecordedReplay& r = prioritized.recorded;
  RandomStream random(*rc::gen::arbitrary<std::uint32_t>(), "steps");
  ThreadPool pool(1);
  Batch batch(8);
  for (int k = 0; k < 40; ++k) {
    for (auto steps = random.Below(20); steps > 0; --steps) r.StepAtRandom(random);
    if (!r.replay.CanSample()) continue;
    prioritized.NoticeChanges();
    r.replay.Sample(random, pool, batch);
    double total = 0;
    for (const auto& [id, priority] : prioritized.priorities) {
      RC_ASSERT(std::abs(prioritized.sampler->weight({id.first, id.second}) - priority) < 1e-9);
      total += priority;
    }
    RC_ASSERT(std::abs(prioritized.sampler->total() - total) < 1e-6 * total);
    for (int i = 0; i < batch.size(); ++i) RC_ASSERT(r.IsRight(batch, i));
    // Some may be evicted before the errors arrive.
    for (auto steps = random.Below(20); steps > 0; --steps) r.StepAtRandom(random);
    std::vector<float> errors(batch.id.size());
    for (float& error : errors) error = static_cast<float>(random.Uniform(0, 3));
    prioritized.Update(batch.id, errors);
  }
}

RC_GTEST_PROP(PrioritizedReplay, ContinuesFromASavedState, ()) {
  constexpr int kEnvs = 2;
  const TransitionRule rule{.n_step = *rc::gen::inRange(1, 6)};
  const std::int64_t capacity = kEnvs * (3 + rule.n_step) + *rc::gen::inRange(0, 60);
  const int saved_after = *rc::gen::inRange(0, 20);
  PrioritizedReplay first(capacity, rule, kEnvs), second(capacity, rule, kEnvs);
  RecordedReplay& r = first.recorded;
  Replay& twin = second.recorded.replay;
  RandomStream random(*rc::gen::arbitrary<std::uint32_t>(), "steps");
  RandomStream draws(7, "replay"), same(7, "replay");
  ThreadPool pool(1);
  Batch a(8), b(8);
  std::vector<float> errors(a.id.size());
  for (int k = 0; k < 40; ++k) {
    for (auto steps = random.Below(20); steps > 0; --steps) r.StepAtRandom(random);
    if (k == saved_after) {
      const SavedReplay saved = r.replay.Save();
      twin.Restore(saved.state, 1'000'000,
                   [&saved](int env, std::int64_t number, std::span<std::uint8_t> bytes) {
                     const auto segment = std::ranges::find_if(saved.segments, [&](const auto& s) {
                       return s.env == env && s.number == number;
                     });
                     std::ranges::copy(segment->bytes, bytes.begin());
                   });
      same.set_state(draws.state());
      r.twin = &twin;
    }
    if (!r.replay.CanSample()) continue;
    r.replay.Sample(draws, pool, a);
    if (r.twin != nullptr) {
      twin.Sample(same, pool, b);
      RC_ASSERT(a.id == b.id);
      RC_ASSERT(a.weight == b.weight);
    }
    for (auto steps = random.Below(4); steps > 0; --steps) r.StepAtRandom(random);
    for (float& error : errors) error = static_cast<float>(random.Uniform(0, 3));
    r.replay.UpdatePriorities(a.id, errors);
    if (r.twin != nullptr) twin.UpdatePriorities(b.id, errors);
  }
}

// Saving must not affect what follows.
TEST(PrioritizedReplay, SavingChangesNothing) {
  PrioritizedReplay saved_often(40, {.n_step = 3}, 2), never_saved(40, {.n_step = 3}, 2);
  RandomStream steps(1, "steps"), draws(2, "replay"), same(2, "replay");
  ThreadPool pool(1);
  Batch a(8), b(8);
  saved_often.recorded.twin = &never_saved.recorded.replay;
  for (int k = 0; k < 200; ++k) {
    saved_often.recorded.StepAtRandom(steps);
    saved_often.recorded.replay.Save();
    if (k % 7 != 0 || !saved_often.recorded.replay.CanSample()) continue;
    saved_often.recorded.replay.Sample(draws, pool, a);
    never_saved.recorded.replay.Sample(same, pool, b);
    EXPECT_EQ(a.id, b.id);
    const std::vector<float> errors(a.id.size(), static_cast<float>(k));
    saved_often.recorded.replay.UpdatePriorities(a.id, errors);
    never_saved.recorded.replay.UpdatePriorities(b.id, errors);
  }
  EXPECT_EQ(saved_often.recorded.replay.Save().state, never_saved.recorded.replay.Save().state);
}

}  // namespace
}  // namespace arcadeq
