#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace arcadeq {

// The video of an MP4, decoded by FFmpeg, for tests.
struct DecodedMp4 {
  struct Picture {
    std::vector<std::uint8_t> rgb;
    double from = 0;     // seconds
    double seconds = 0;  // how long it is shown
  };
  std::string codec;
  int height = 0;
  int width = 0;
  std::vector<Picture> pictures;
};

// Throws std::runtime_error if FFmpeg does not accept the file.
DecodedMp4 DecodeMp4(const std::filesystem::path& file);

}  // namespace arcadeq
