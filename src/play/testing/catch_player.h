#pragma once

#include <memory>

#include "config/config.h"
#include "config/preset.h"
#include "evaluate/player.h"
#include "train/trainer.h"

namespace arcadeq {

// A player of Catch with the random weights of an agent that has learnt nothing.
inline std::unique_ptr<Player> MakeCatchPlayer(int envs = 1) {
  const Config config = LoadPreset("catch");
  const Trainer trainer(config);
  auto player = std::make_unique<Player>(config, 1, envs);
  player->Use(trainer.agent().network(), trainer.agent().parameters());
  return player;
}

}  // namespace arcadeq
