#pragma once

#include <atomic>
#include <utility>
#include <variant>
#include <vector>

#include "config/config.h"
#include "config/preset.h"
#include "nn/testing/values.h"
#include "record/event.h"
#include "train/trainer.h"

namespace arcadeq::testing {

// A run that keeps its events and its last weights.
struct ShortRun {
  std::vector<Event> events;
  std::vector<float> weights;

  explicit ShortRun(const Config& config) {
    Trainer trainer(config);
    const std::atomic<bool> stop{false};
    trainer.Run(
        nullptr, nullptr, [this](Event event) { events.push_back(std::move(event)); }, stop);
    weights = ValuesOf(trainer.agent().network(), trainer.agent().parameters());
  }

  template <typename Kind>
  std::vector<Kind> All() const {
    std::vector<Kind> found;
    for (const Event& event : events) {
      if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    }
    return found;
  }
};

inline Config ShortCatch() {
  Config config = LoadPreset("catch");
  config.train.steps = 600;
  config.agent.learning.starts = 300;
  config.agent.learning.batch_size = 16;  // a group (kGroupSamples) for each of four threads
  config.record.progress_every_steps = 100;
  config.record.gif_every_episodes = 10;
  return config;
}

}  // namespace arcadeq::testing
