#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/state.h"
#include "config/config.h"
#include "record/event.h"

namespace arcadeq {

// Warns once per run when most units of a hidden layer are dead: a unit that is zero for every
// state has no gradient and hardly ever recovers.
class DeadUnitWatch {
 public:
  explicit DeadUnitWatch(const Config& config);

  // Returns the warning if it is due after `updates` updates.
  std::optional<Note> Look(const Diagnosis& diagnosis, std::int64_t updates);

  void VisitRecord(State& state) { state.Flag("warned_of_dead_units", warned_); }

 private:
  const std::string remedies_;
  const bool judges_;  // whether batches are large enough to tell
  bool warned_ = false;
};

}  // namespace arcadeq
