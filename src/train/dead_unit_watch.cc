#include "train/dead_unit_watch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/config.h"
#include "record/event.h"

namespace arcadeq {
namespace {

// A fresh network has some units that are zero for every state of a batch.
constexpr std::int64_t kFirstUpdates = 1000;
// In a smaller batch a living unit may well be zero for every state.
constexpr std::int64_t kFewestStates = 16;

// Settings that keep units alive, except those already in effect.
std::string Remedies(const Config& config) {
  std::vector<std::string> remedies = {"a lower optimizer.learning_rate"};
  if (config.agent.network.normalisation == "none") {
    remedies.emplace_back("network.normalisation = channels");
  }
  if (config.env.reward_transform == "none" && !config.agent.value_rescaling) {
    remedies.emplace_back("env.reward_transform = clip");
  }
  std::string text = remedies.front();
  for (std::size_t i = 1; i < remedies.size(); ++i) {
    text += (i + 1 < remedies.size() ? ", " : " or ") + remedies[i];
  }
  return text;
}

}  // namespace

DeadUnitWatch::DeadUnitWatch(const Config& config)
    : remedies_(Remedies(config)), judges_(config.agent.learning.batch_size >= kFewestStates) {}

std::optional<Note> DeadUnitWatch::Look(const Diagnosis& diagnosis, std::int64_t updates) {
  if (!judges_ || warned_ || updates < kFirstUpdates || diagnosis.dead_units.empty()) {
    return std::nullopt;
  }
  const NamedValue& worst = *std::ranges::max_element(diagnosis.dead_units, {}, &NamedValue::value);
  if (worst.value < kTooManyDead) return std::nullopt;
  warned_ = true;
  return Note{fmt::format("{:.0f} % of the units of {} are dead (0 for every state of a batch) and "
                          "have stopped learning; try {} in a new run",
                          100 * worst.value, worst.name, remedies_),
              true};
}

}  // namespace arcadeq
