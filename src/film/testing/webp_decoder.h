#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace arcadeq {

// An animated WebP, decoded by libwebp and drawn as a viewer would, for tests.
struct DecodedWebp {
  struct Picture {
    std::vector<std::uint8_t> rgb;  // the whole canvas, row by row
    int until = 0;                  // milliseconds
  };
  int height = 0;
  int width = 0;
  bool loops_for_ever = false;
  std::vector<Picture> pictures;
};

// Throws std::runtime_error if libwebp does not accept the file.
DecodedWebp DecodeWebp(const std::filesystem::path& file);

}  // namespace arcadeq
