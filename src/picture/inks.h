#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace arcadeq {

// The colours that overlays are drawn in.
enum class OverlayInk { kPaper, kText, kFaint, kBar, kPreferred, kAdvantage, kCount };

// The palette of an overlay on a picture: that of the picture, with the overlay's inks and some
// greys added while there is room. For the others, the nearest colours of the palette have to do:
// the palettes of consoles, which leave no room, have all hues.
class Inks {
 public:
  explicit Inks(std::span<const std::uint8_t> palette);

  const std::vector<std::uint8_t>& palette() const { return palette_; }
  std::uint8_t operator[](OverlayInk ink) const { return inks_[static_cast<std::size_t>(ink)]; }
  std::uint8_t Grey(std::uint8_t level) const { return greys_[level]; }

 private:
  std::vector<std::uint8_t> palette_;
  std::array<std::uint8_t, static_cast<std::size_t>(OverlayInk::kCount)> inks_ = {};
  std::array<std::uint8_t, 256> greys_ = {};
};

}  // namespace arcadeq
