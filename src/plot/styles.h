#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace arcadeq {

// How charts tell series apart: each has a colour and a dash pattern, and charts name it beside its
// line, so that no colour is needed.

// The palette of Okabe and Ito, which suits all kinds of colour vision, without its yellow, which
// is too light for lines.
inline constexpr std::array<std::string_view, 7> kSeriesColours = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"};
// The same colours in another order and with the yellow, for a dark background.
inline constexpr std::array<std::string_view, kSeriesColours.size()> kSeriesColoursOnDark = {
    "#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#ffffff", "#d55e00", "#f0e442"};
// Lengths of dashes and gaps, as in SVG; empty: solid.
inline constexpr std::array<std::string_view, 5> kSeriesDashes = {"", "9 4", "2 3", "10 3 2 3",
                                                                  "16 5"};

constexpr std::size_t ColourNumber(std::size_t series) {
  return series % kSeriesColours.size();
}
constexpr std::string_view DashesOf(std::size_t series) {
  return kSeriesDashes[series % kSeriesDashes.size()];
}

}  // namespace arcadeq
