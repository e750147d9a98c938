#pragma once

#include <cstdint>
#include <string>

#include "base/choice.h"
#include "base/settings.h"
#include "replay/frame_codec.h"
#include "replay/sampler.h"
#include "replay/transition.h"

namespace arcadeq {

struct ReplayConfig {
  static constexpr std::int64_t kMinCapacity = 16;  // room for the deepest stack
  static constexpr std::int64_t kMaxCapacity = 100'000'000;

  std::int64_t capacity = 200'000;  // frames, over all environments
  std::string compression = "lz4";  // or "none"
  std::int64_t n_step = 1;
  Choice<SamplerMaker> sampler = SamplerChoice();

  void Declare(Settings& settings);  // replay.*
  Compression compression_kind() const {
    return compression == "none" ? Compression::kNone : Compression::kLz4;
  }
  TransitionRule Rule(double gamma, bool terminal_on_life_loss) const {
    return {gamma, static_cast<int>(n_step), terminal_on_life_loss};
  }
};

}  // namespace arcadeq
