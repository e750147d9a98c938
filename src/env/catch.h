#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "env/env.h"

namespace arcadeq {

// Catch (Mnih et al. 2014) on the board of bsuite (Osband et al. 2020): a ball falls through 10
// rows of 5 columns while a paddle in the last row moves left, stays or moves right. The episode
// ends when the ball reaches the paddle's row, with a reward of 1 for a catch and -1 for a miss. An
// episode takes 9 steps; random play scores about -0.6 and perfect play 1.
//
// The frame has 44x44 grey pixels, with cells 4 high and 8 wide inside a margin of 2: small enough
// to be fast, large enough for the Nature network, and divisible by the convolution strides of both
// networks, so that they see the paddle's row (at 40x40 the second convolution would never reach
// the last rows and columns). A step is one frame.
class Catch final : public Env {
 public:
  static constexpr int kRows = 10;
  static constexpr int kColumns = 5;
  static constexpr int kCellHeight = 4;
  static constexpr int kCellWidth = 8;
  static constexpr int kMargin = 2;

  explicit Catch(RandomStream random);

  const EnvSpec& spec() const override { return spec_; }
  // The ball starts in a random column, the paddle in the middle.
  int Reset() override;
  StepResult Step(int action) override;
  std::span<const std::uint8_t> frame() const override { return frame_; }
  ScreenView screen() override;
  void Reseed(RandomStream random) override { random_ = random; }
  std::string SaveState() const override;
  void RestoreState(std::string_view state) override;

  int ball_row() const { return ball_row_; }
  int ball_column() const { return ball_column_; }
  int paddle_column() const { return paddle_column_; }

 private:
  void Draw();

  RandomStream random_;
  EnvSpec spec_;
  int ball_row_ = 0;
  int ball_column_ = 0;
  int paddle_column_ = kColumns / 2;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::uint8_t> frame_;
};

}  // namespace arcadeq
