#pragma once

#include <cstdint>
#include <string>

#include "base/settings.h"
#include "replay/frame_codec.h"

namespace arcadeq {

struct ReplayConfig {
  static constexpr std::int64_t kMinCapacity = 16;  // room for the deepest stack
  static constexpr std::int64_t kMaxCapacity = 100'000'000;

  std::int64_t capacity = 200'000;  // frames, of all environments
  std::string compression = "lz4";  // or "none"

  void Declare(Settings& settings);  // replay.*
  Compression compression_kind() const {
    return compression == "none" ? Compression::kNone : Compression::kLz4;
  }
};

}  // namespace arcadeq
