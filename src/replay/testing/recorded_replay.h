#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay.h"
#include "replay/replay_config.h"
#include "replay/step.h"
#include "replay/store.h"
#include "replay/testing/naive_replay.h"
#include "replay/transition.h"

namespace arcadeq {

inline constexpr StepEnd kTerminated{.terminated = true};
inline constexpr StepEnd kTruncated{.truncated = true};
inline constexpr StepEnd kLifeLost{.life_lost = true};

// Every complete transition, ordered by environment and step.
inline Batch ReadAll(const ReplayStore& store) {
  Batch batch(static_cast<int>(store.transitions()));
  auto id = batch.id.begin();
  for (int env = 0; env < store.envs(); ++env) {
    const StepRange steps = store.transitions(env);
    for (std::int64_t step = steps.begin; step < steps.end; ++step) *id++ = {env, step};
  }
  ThreadPool pool(1);
  store.Read(pool, batch);
  return batch;
}

// A replay of numbered frames together with its expected contents, for the tests in this folder.
// Frame i of environment e and the action on it have the number e * kApart + i; the reward is half
// of that.
struct RecordedReplay {
  static constexpr std::int64_t kApart = 100'000;

  RecordedReplay(int stack, const ReplayConfig& config, const TransitionRule& rule, int envs)
      : replay(kNumberedFrame, stack, config, rule, envs), steps(envs), in_episode(envs) {
    for (int env = 0; env < envs; ++env) {
      naive.emplace_back(stack, config.capacity / envs + (env < config.capacity % envs ? 1 : 0),
                         rule);
    }
  }
  RecordedReplay(int stack, std::int64_t capacity, std::string compression = "lz4", int envs = 1)
      : RecordedReplay(stack, {capacity, std::move(compression)}, {}, envs) {}

  std::int64_t Newest(int env) const { return env * kApart + naive[env].end() - 1; }

  void BeginEpisode(int env = 0) {
    naive[env].BeginEpisode();
    const auto frame = FrameOf(Newest(env));
    replay.BeginEpisode(env, frame);
    if (twin != nullptr) twin->BeginEpisode(env, frame);
    in_episode[env] = true;
  }
  void Step(StepEnd end = {}, int env = 0) {
    const std::int64_t i = Newest(env);
    steps[env].push_back(i);
    naive[env].Append(static_cast<double>(i) / 2, end);
    const auto frame = FrameOf(Newest(env));
    for (Replay* each : {&replay, twin}) {
      if (each == nullptr) continue;
      each->Append(env, {static_cast<std::int32_t>(i), static_cast<float>(i) / 2, end}, frame);
    }
    in_episode[env] = !end.done();
  }
  void Episode(int length, StepEnd end = kTerminated, int env = 0) {
    BeginEpisode(env);
    for (int k = 1; k < length; ++k) Step({}, env);
    Step(end, env);
  }
  // Makes a random environment take a step, which may end the episode, or start one.
  void StepAtRandom(RandomStream& random) {
    const auto env = static_cast<int>(random.Below(naive.size()));
    if (!in_episode[env] || random.Below(40) == 0) {
      BeginEpisode(env);
    } else {
      Step({.terminated = random.Below(20) == 0,
            .truncated = random.Below(20) == 0,
            .life_lost = random.Below(9) == 0},
           env);
    }
  }

  std::int64_t frames() const {
    std::int64_t sum = 0;
    for (const NaiveReplay& each : naive) {
      for (std::int64_t i = 0; i < each.end(); ++i) sum += each.Stored(i);
    }
    return sum;
  }
  // The numbers of the frames on which the transitions' actions were taken, in order.
  std::vector<std::int64_t> Transitions() const {
    std::vector<std::int64_t> numbers;
    for (std::size_t env = 0; env < naive.size(); ++env) {
      for (std::int64_t i : naive[env].Transitions()) {
        numbers.push_back(static_cast<std::int64_t>(env) * kApart + i);
      }
    }
    return numbers;
  }
  // The stack that ends in a frame, by its number.
  std::vector<std::int64_t> Stack(std::int64_t number) const {
    auto frames = *naive[number / kApart].Stack(number % kApart);
    for (auto& frame : frames) frame += number / kApart * kApart;
    return frames;
  }
  // Whether transition i of a batch is the one that its id names.
  bool IsRight(const Batch& batch, int i) const {
    const auto [env, step] = batch.id[i];
    const std::int64_t number = steps[env][step];
    const auto expected = naive[env].transition(number % kApart);
    const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::abs(b); };
    return expected && batch.a_tm1[i] == number && near(batch.r_t[i], expected->reward) &&
           near(batch.discount_t[i], expected->discount) &&
           NumbersIn(batch.s_tm1[i]) == Stack(number) &&
           NumbersIn(batch.s_t[i]) == Stack(env * kApart + expected->next);
  }

  Replay replay;
  Replay* twin = nullptr;  // receives the same calls from now on
  std::vector<NaiveReplay> naive;
  std::vector<std::vector<std::int64_t>> steps;  // by environment: the frame of each step's action
  std::vector<bool> in_episode;
};

}  // namespace arcadeq
