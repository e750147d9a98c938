// Compares ReduceScreens(), on every instruction set of this processor, with AreaReduction.

#include "env/screen_reduction.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#ifdef ARCADEQ_SIMD
#include <hwy/targets.h>
#endif

#include "base/random.h"
#include "env/testing/area_reduction.h"

namespace arcadeq {
namespace {

using Image = std::vector<std::uint8_t>;

constexpr int kWidth = 160;

// 0 stands for the reference.
std::vector<std::int64_t> Targets() {
#ifdef ARCADEQ_SIMD
  return hwy::SupportedAndGeneratedTargets();
#else
  return {0};
#endif
}

std::string NameOf(std::int64_t target) {
#ifdef ARCADEQ_SIMD
  return hwy::TargetName(target);
#else
  return target == 0 ? "reference" : "";
#endif
}

class ScreenReductionTest : public ::testing::TestWithParam<std::int64_t> {
 protected:
#ifdef ARCADEQ_SIMD
  ScreenReductionTest() {
    hwy::SetSupportedTargetsForTest(GetParam());
  }
  ~ScreenReductionTest() override {
    hwy::SetSupportedTargetsForTest(0);
  }
#endif

  PairLumaTable RandomLuma() {
    PairLumaTable luma;
    for (auto& value : luma) value = static_cast<std::uint8_t>(random_.Below(256));
    return luma;
  }

  // Changes a rectangle, as the emulator's objects do.
  void ChangeSome(Image& screen) {
    const int height = static_cast<int>(screen.size()) / kWidth;
    const int top = random_.Between(0, height - 1), bottom = random_.Between(top, height - 1);
    const int left = random_.Between(0, kWidth - 1), right = random_.Between(left, kWidth - 1);
    for (int y = top; y <= bottom; ++y) {
      for (int x = left; x <= right; ++x) {
        screen[static_cast<std::size_t>(y) * kWidth + x] =
            static_cast<std::uint8_t>(random_.Below(256));
      }
    }
  }

  RandomStream random_{1, "screens"};
};

Image Expected(const PairLumaTable& luma, const Image& first, const Image& second, int height,
               int width) {
  Image grey(first.size()), frame(static_cast<std::size_t>(height) * width);
  for (std::size_t i = 0; i < grey.size(); ++i) {
    grey[i] = std::max(luma[first[i] / 2], luma[second[i] / 2]);
  }
  AreaReduction(static_cast<int>(first.size()) / kWidth, kWidth, height, width).Reduce(grey, frame);
  return frame;
}

TEST_P(ScreenReductionTest, AveragesTheBrighterPixelsByArea) {
  for (const int lines : {210, 214, 220, 230, 250}) {
    for (const auto& [height, width] : {std::pair{105, 80}, std::pair{84, 84}, std::pair{42, 42}}) {
      const PairLumaTable luma = RandomLuma();
      ScreenReduction reduction(luma, lines, kWidth, height, width);
      Image first(static_cast<std::size_t>(lines) * kWidth), second(first.size());
      for (int i = 0; i < 8; ++i) {
        ChangeSome(first);
        if (i % 3 != 0) ChangeSome(second);
        const Image& shown = i % 4 == 3 ? first : second;  // sometimes the same one twice
        reduction.Reduce(first, shown);
        const Image frame(reduction.frame().begin(), reduction.frame().end());
        ASSERT_EQ(frame, Expected(luma, first, shown, height, width))
            << lines << " lines to " << height << "x" << width << ", picture " << i;
      }
    }
  }
}

TEST_P(ScreenReductionTest, ReducesTheVeryFirstScreens) {
  PairLumaTable luma{};
  luma[0] = 200;
  ScreenReduction reduction(luma, 210, kWidth, 84, 84);
  const Image black(210 * kWidth);
  reduction.Reduce(black, black);
  EXPECT_EQ(Image(reduction.frame().begin(), reduction.frame().end()), Image(84 * 84, 200));
}

TEST_P(ScreenReductionTest, RoundsExactly) {
  for (const int lines : {210, 250}) {
    for (int level = 0; level < 256; ++level) {
      PairLumaTable luma{};
      luma[1] = static_cast<std::uint8_t>(level);
      luma[2] = static_cast<std::uint8_t>(255 - level);
      Image screen(static_cast<std::size_t>(lines) * kWidth);
      for (auto& pixel : screen) pixel = static_cast<std::uint8_t>(2 * random_.Below(3));
      for (const int size : {84, 42}) {
        ScreenReduction reduction(luma, lines, kWidth, size, size);
        reduction.Reduce(screen, screen);
        const Image frame(reduction.frame().begin(), reduction.frame().end());
        ASSERT_EQ(frame, Expected(luma, screen, screen, size, size)) << lines << " " << level;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ScreenReductionTest, ::testing::ValuesIn(Targets()),
                         [](const auto& target) { return NameOf(target.param); });

TEST(ScreenPlan, RefusesSizesThatOverflow) {
  EXPECT_NO_THROW(ScreenPlan(257, kWidth, 80, 80));
  for (int lines = 192; lines <= 250; lines += 2) {
    EXPECT_NO_THROW(ScreenPlan(lines, kWidth, 42, 42)) << lines;
  }
  EXPECT_THROW(ScreenPlan(251, kWidth, 42, 42), std::logic_error);
  EXPECT_THROW(ScreenPlan(210, 8, 105, 8), std::logic_error);
  EXPECT_THROW(ScreenPlan(210, kWidth, 105, 8), std::logic_error);
  EXPECT_THROW(ScreenPlan(257, kWidth, 84, 83), std::logic_error);
}

}  // namespace
}  // namespace arcadeq
