#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace arcadeq {

struct GifSize {
  std::uint64_t bytes = 0;  // of the file
  int width = 0;
  int height = 0;
};

// None if the file does not begin as a GIF does. Throws UserError if it cannot be read.
std::optional<GifSize> GifSizeOf(const std::filesystem::path& file);

}  // namespace arcadeq
