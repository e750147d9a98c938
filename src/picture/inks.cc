#include "picture/inks.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace arcadeq {
namespace {

constexpr std::size_t kMostColours = 256;
constexpr int kGreyStep = 5;  // between the greys that are added

using Colour = std::array<std::uint8_t, 3>;

// In the order of OverlayInk.
constexpr std::array<Colour, static_cast<std::size_t>(OverlayInk::kCount)> kInks = {{
    {16, 18, 24},     // kPaper
    {228, 228, 228},  // kText
    {128, 132, 140},  // kFaint
    {72, 120, 200},   // kBar
    {252, 196, 60},   // kPreferred
    {96, 184, 112},   // kAdvantage
}};

int SquaredDistance(const std::uint8_t* a, const Colour& b) {
  int sum = 0;
  for (std::size_t i = 0; i < b.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

std::uint8_t Nearest(std::span<const std::uint8_t> palette, const Colour& colour) {
  std::size_t best = 0;
  int least = SquaredDistance(palette.data(), colour);
  for (std::size_t i = 1; i < palette.size() / 3; ++i) {
    const int distance = SquaredDistance(&palette[3 * i], colour);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return static_cast<std::uint8_t>(best);
}

Colour GreyOf(int level) {
  const auto value = static_cast<std::uint8_t>(level);
  return {value, value, value};
}

}  // namespace

Inks::Inks(std::span<const std::uint8_t> palette) : palette_(palette.begin(), palette.end()) {
  const auto add = [this](const Colour& colour) {
    if (palette_.size() < 3 * kMostColours) {
      palette_.insert(palette_.end(), colour.begin(), colour.end());
    }
  };
  for (const Colour& colour : kInks) add(colour);
  for (int level = 0; level < 256; level += kGreyStep) add(GreyOf(level));
  for (std::size_t i = 0; i < kInks.size(); ++i) inks_[i] = Nearest(palette_, kInks[i]);
  for (int level = 0; level < 256; ++level) {
    greys_[static_cast<std::size_t>(level)] = Nearest(palette_, GreyOf(level));
  }
}

}  // namespace arcadeq
