#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace arcadeq {

// An animated GIF, decoded by giflib and drawn as a viewer would, for tests.
struct DecodedGif {
  struct Picture {
    std::vector<std::uint8_t> rgb;  // the whole canvas, row by row
    int delay = 0;                  // hundredths of a second
    int coded_pixels = 0;           // number of pixels that the file stores for it
  };
  int height = 0;
  int width = 0;
  bool loops_for_ever = false;
  std::vector<std::uint8_t> palette;  // the global one; r, g, b, ...
  std::vector<Picture> pictures;
};

// Throws std::runtime_error if giflib does not accept the file.
DecodedGif DecodeGif(const std::filesystem::path& file);

}  // namespace arcadeq
