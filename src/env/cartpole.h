#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "env/env.h"

namespace arcadeq {

// The cart-pole task of Barto, Sutton & Anderson (1983) with the constants of Gymnasium's
// CartPole-v1: a reward of 1 for each step; the episode terminates when the pole leans more than 12
// degrees or the cart leaves the track, and is truncated after 500 steps. The frame is the state as
// 4 floats. A step is one frame.
class CartPole final : public Env {
 public:
  struct State {
    double position = 0;          // m
    double velocity = 0;          // m/s
    double angle = 0;             // rad, from upright, clockwise
    double angular_velocity = 0;  // rad/s
    bool operator==(const State&) const = default;
  };
  static constexpr int kMaxSteps = 500;

  explicit CartPole(RandomStream random);

  const EnvSpec& spec() const override { return spec_; }
  // Draws each number of the state uniformly from [-0.05, 0.05).
  int Reset() override;
  int ResetTo(const State& state);
  StepResult Step(int action) override;
  std::span<const std::uint8_t> frame() const override;
  ScreenView screen() override;
  void Reseed(RandomStream random) override { random_ = random; }
  std::string SaveState() const override;
  void RestoreState(std::string_view state) override;

  const State& state() const { return state_; }

 private:
  void Observe();

  RandomStream random_;
  EnvSpec spec_;
  State state_;
  int steps_ = 0;
  std::array<float, 4> frame_{};
  std::vector<std::uint8_t> pixels_;
};

}  // namespace arcadeq
