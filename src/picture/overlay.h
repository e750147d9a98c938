#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "picture/image.h"
#include "picture/inks.h"
#include "picture/moment.h"

namespace arcadeq {

// Enlarges the pictures of a game and draws beside them what an agent thinks (docs/playing.md shows
// one): the values of the actions, the distribution of the one taken, and the observation as the
// network sees it. Keeps the scales of the bars from one picture to the next.
class Overlay {
 public:
  // The picture of the game; beside it a panel for `moment`, unless it is null; over it the lines
  // of `notice`. Valid until the next call. All moments of one game give pictures of the same size.
  const Image& Draw(const Image& game, const Moment* moment,
                    std::span<const std::string> notice = {});

 private:
  std::vector<std::uint8_t> palette_;  // of the last picture
  std::optional<Inks> inks_;           // for it
  float lowest_ = 0;                   // of all values so far, and 0
  float highest_ = 0;
  float largest_advantage_ = 0;
  Image game_;  // enlarged
  Image drawn_;
};

}  // namespace arcadeq
