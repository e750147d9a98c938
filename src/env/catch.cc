#include "env/catch.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/choice.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "env/env.h"
#include "env/environments.h"
#include "env/preprocess.h"
#include "env/saved_state.h"

namespace arcadeq {
namespace {

constexpr int kHeight = Catch::kRows * Catch::kCellHeight + 2 * Catch::kMargin;
constexpr int kWidth = Catch::kColumns * Catch::kCellWidth + 2 * Catch::kMargin;

enum Colour : std::uint8_t { kBackground, kBall, kPaddle };
constexpr std::array<Rgb, 3> kPalette = {{{0, 0, 0}, {255, 255, 255}, {120, 200, 255}}};

void DrawCell(int row, int column, Colour colour, std::vector<std::uint8_t>& pixels) {
  const int top = Catch::kMargin + row * Catch::kCellHeight;
  const int left = Catch::kMargin + column * Catch::kCellWidth;
  for (int y = top; y < top + Catch::kCellHeight; ++y) {
    std::fill_n(pixels.begin() + y * kWidth + left, Catch::kCellWidth, colour);
  }
}

LumaTable PaletteLuma() {
  LumaTable luma{};
  std::ranges::transform(kPalette, luma.begin(), Luma);
  return luma;
}

}  // namespace

Catch::Catch(RandomStream random)
    : random_(random),
      spec_{{ElementType::kUint8, kHeight, kWidth}, {"LEFT", "NOOP", "RIGHT"}, 8},
      pixels_(spec_.frame.elements()),
      frame_(spec_.frame.elements()) {}

int Catch::Reset() {
  ball_row_ = 0;
  ball_column_ = static_cast<int>(random_.Below(kColumns));
  paddle_column_ = kColumns / 2;
  Draw();
  return 0;
}

StepResult Catch::Step(int action) {
  paddle_column_ = std::clamp(paddle_column_ + action - 1, 0, kColumns - 1);
  ++ball_row_;
  Draw();

  StepResult result;
  result.frames = 1;
  if (ball_row_ == kRows - 1) {
    result.terminated = true;
    result.raw_reward = ball_column_ == paddle_column_ ? 1 : -1;
    result.reward = static_cast<float>(result.raw_reward);
  }
  return result;
}

ScreenView Catch::screen() {
  return {kHeight, kWidth, pixels_, kPalette};
}

std::string Catch::SaveState() const {
  ByteWriter state = BeginState("catch", random_);
  for (const int value : {ball_row_, ball_column_, paddle_column_}) state.Write(value);
  return state.SealedText();
}

void Catch::RestoreState(std::string_view bytes) {
  RandomStream::State random;
  ByteReader state = OpenState(bytes, "catch", random);
  const int row = state.Read<int>("row");
  const int column = state.Read<int>("column");
  const int paddle = state.Read<int>("paddle");
  state.ExpectEnd();
  const auto within = [](int value, int end) { return 0 <= value && value < end; };
  if (!within(row, kRows) || !within(column, kColumns) || !within(paddle, kColumns)) {
    ThrowUserError("the state of catch is damaged: a position off the board");
  }
  random_.set_state(random);
  ball_row_ = row;
  ball_column_ = column;
  paddle_column_ = paddle;
  Draw();
}

void Catch::Draw() {
  static const LumaTable kLuma = PaletteLuma();
  std::ranges::fill(pixels_, kBackground);
  DrawCell(kRows - 1, paddle_column_, kPaddle, pixels_);
  DrawCell(ball_row_, ball_column_, kBall, pixels_);
  ToLuma(pixels_, kLuma, frame_);
}

KindPointer<EnvMaker> CatchKind() {
  return std::make_unique<KindOf<EnvMaker, NoSettings, Catch>>();
}

}  // namespace arcadeq
