#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "replay/replay.h"
#include "replay/testing/naive_replay.h"

namespace arcadeq {

inline constexpr StepEnd kTerminated{.terminated = true};
inline constexpr StepEnd kTruncated{.truncated = true};
inline constexpr StepEnd kLifeLost{.life_lost = true};

// A replay of numbered frames and what it should hold, for the tests of this folder. Frame i of
// environment e has the number e * kApart + i, as has the action on it; the reward is half of it.
struct RecordedReplay {
  static constexpr std::int64_t kApart = 100'000;

  RecordedReplay(int stack, std::int64_t capacity, std::string compression = "lz4", int envs = 1)
      : replay(kNumberedFrame, stack, {capacity, std::move(compression)}, {}, envs),
        in_episode(envs) {
    for (int env = 0; env < envs; ++env) {
      naive.emplace_back(stack, capacity / envs + (env < capacity % envs ? 1 : 0));
    }
  }

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
    naive[env].Step();
    const auto frame = FrameOf(Newest(env));
    for (Replay* each : {&replay, twin}) {
      if (each == nullptr) continue;
      each->Append(env, {static_cast<std::int32_t>(i), static_cast<float>(i) / 2, end}, frame);
    }
    ends[i] = end;
    in_episode[env] = !end.done();
  }
  void Episode(int steps, StepEnd end = kTerminated, int env = 0) {
    BeginEpisode(env);
    for (int k = 1; k < steps; ++k) Step({}, env);
    Step(end, env);
  }

  std::int64_t frames() const {
    std::int64_t sum = 0;
    for (const NaiveReplay& each : naive) {
      for (std::int64_t i = 0; i < each.end(); ++i) sum += each.Stored(i);
    }
    return sum;
  }
  // The numbers of the frames from which a transition can be drawn, in order.
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

  Replay replay;
  Replay* twin = nullptr;  // gets the same from now on
  std::vector<NaiveReplay> naive;
  std::map<std::int64_t, StepEnd> ends;
  std::vector<bool> in_episode;
};

}  // namespace arcadeq
