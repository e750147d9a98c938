#include "env/cartpole.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/choice.h"
#include "base/frame.h"
#include "base/random.h"
#include "env/env.h"
#include "env/environments.h"
#include "env/saved_state.h"

namespace arcadeq {
namespace {

constexpr double kGravity = 9.8;
constexpr double kCartMass = 1.0;
constexpr double kPoleMass = 0.1;
constexpr double kTotalMass = kPoleMass + kCartMass;
constexpr double kHalfPoleLength = 0.5;
constexpr double kPoleMassLength = kPoleMass * kHalfPoleLength;
constexpr double kForce = 10.0;
constexpr double kSecondsPerStep = 0.02;
constexpr double kMaxAngle = 12 * 2 * std::numbers::pi / 360;
constexpr double kMaxPosition = 2.4;

// The picture shows the whole track at 50 pixels per metre.
constexpr int kScreenHeight = 160;
constexpr int kScreenWidth = 240;
constexpr double kPixelsPerMetre = kScreenWidth / (2 * kMaxPosition);
constexpr double kTrackY = 130;
constexpr double kCartHalfHeight = 6;
constexpr double kCartHalfWidth = 10;
constexpr double kPoleHalfWidth = 2;

enum Colour : std::uint8_t { kBackground, kTrack, kCart, kPole };
constexpr std::array<Rgb, 4> kPalette = {
    {{255, 255, 255}, {0, 0, 0}, {60, 60, 60}, {202, 152, 101}}};

// One step of Euler's method, with the operations in Gymnasium's order.
CartPole::State Advance(const CartPole::State& s, double force) {
  const double cosine = std::cos(s.angle);
  const double sine = std::sin(s.angle);
  const double push =
      (force + kPoleMassLength * (s.angular_velocity * s.angular_velocity) * sine) / kTotalMass;
  const double angular_acceleration =
      (kGravity * sine - cosine * push) /
      (kHalfPoleLength * (4.0 / 3.0 - kPoleMass * (cosine * cosine) / kTotalMass));
  const double acceleration = push - kPoleMassLength * angular_acceleration * cosine / kTotalMass;
  return {s.position + kSecondsPerStep * s.velocity, s.velocity + kSecondsPerStep * acceleration,
          s.angle + kSecondsPerStep * s.angular_velocity,
          s.angular_velocity + kSecondsPerStep * angular_acceleration};
}

// What a picture shows.
struct Pose {
  double cart_x;        // pixels
  double sine, cosine;  // of the pole's angle
};

Colour PixelColour(double x, double y, const Pose& pose) {
  const double dx = x - pose.cart_x;
  const double dy = kTrackY - y;  // upwards
  // Along the pole and across it.
  const double along = dx * pose.sine + dy * pose.cosine;
  const double across = dx * pose.cosine - dy * pose.sine;
  if (along >= 0 && along <= 2 * kHalfPoleLength * kPixelsPerMetre &&
      std::abs(across) <= kPoleHalfWidth) {
    return kPole;
  }
  if (std::abs(dx) <= kCartHalfWidth && std::abs(dy) <= kCartHalfHeight) return kCart;
  return std::abs(dy) < 1 ? kTrack : kBackground;
}

}  // namespace

CartPole::CartPole(RandomStream random)
    : random_(random),
      spec_{{ElementType::kFloat32, 1, 4}, {"LEFT", "RIGHT"}, 1 / kSecondsPerStep},
      pixels_(static_cast<std::size_t>(kScreenHeight) * kScreenWidth) {}

int CartPole::Reset() {
  State start;
  for (double* value : {&start.position, &start.velocity, &start.angle, &start.angular_velocity}) {
    *value = random_.Uniform(-0.05, 0.05);
  }
  return ResetTo(start);
}

int CartPole::ResetTo(const State& state) {
  state_ = state;
  steps_ = 0;
  Observe();
  return 0;
}

StepResult CartPole::Step(int action) {
  state_ = Advance(state_, action == 1 ? kForce : -kForce);
  ++steps_;
  Observe();

  StepResult result;
  result.reward = 1;
  result.raw_reward = 1;
  result.frames = 1;
  result.terminated =
      std::abs(state_.position) > kMaxPosition || std::abs(state_.angle) > kMaxAngle;
  result.truncated = !result.terminated && steps_ >= kMaxSteps;
  return result;
}

std::span<const std::uint8_t> CartPole::frame() const {
  return {reinterpret_cast<const std::uint8_t*>(frame_.data()), sizeof(frame_)};
}

ScreenView CartPole::screen() {
  const Pose pose{kScreenWidth / 2.0 + kPixelsPerMetre * state_.position, std::sin(state_.angle),
                  std::cos(state_.angle)};
  for (int y = 0; y < kScreenHeight; ++y) {
    for (int x = 0; x < kScreenWidth; ++x) {
      pixels_[static_cast<std::size_t>(y) * kScreenWidth + x] = PixelColour(x + 0.5, y + 0.5, pose);
    }
  }
  return {kScreenHeight, kScreenWidth, pixels_, kPalette};
}

std::string CartPole::SaveState() const {
  ByteWriter state = BeginState("cartpole", random_);
  for (double value : {state_.position, state_.velocity, state_.angle, state_.angular_velocity}) {
    state.Write(value);
  }
  state.Write(steps_);
  return state.SealedText();
}

void CartPole::RestoreState(std::string_view bytes) {
  RandomStream::State random;
  ByteReader state = OpenState(bytes, "cartpole", random);
  State pole;
  for (double* value : {&pole.position, &pole.velocity, &pole.angle, &pole.angular_velocity}) {
    *value = state.Read<double>("pole");
  }
  const int steps = state.Read<int>("steps");
  state.ExpectEnd();
  random_.set_state(random);
  state_ = pole;
  steps_ = steps;
  Observe();
}

void CartPole::Observe() {
  frame_ = {static_cast<float>(state_.position), static_cast<float>(state_.velocity),
            static_cast<float>(state_.angle), static_cast<float>(state_.angular_velocity)};
}

KindPointer<EnvMaker> CartPoleKind() {
  return std::make_unique<KindOf<EnvMaker, NoSettings, CartPole>>();
}

}  // namespace arcadeq
