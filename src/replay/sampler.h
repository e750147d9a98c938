#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/choice.h"
#include "base/random.h"
#include "replay/transition.h"

namespace arcadeq {

// Decides which transitions a replay draws. It knows only their ids; Append() and Evict() tell it
// which ones exist.
//
// The same calls draw the same ids and weights, bit for bit, even if the sampler is saved and
// restored in between. Only the first Append(), Save() and Restore() allocate.
class Sampler {
 public:
  virtual ~Sampler() = default;

  // The memory that it takes once it has transitions, besides that of an object without any.
  virtual std::int64_t bytes() const { return 0; }

  // Makes the transitions that begin with `steps` available. They follow the environment's newest
  // transition; if it has none left, the range may begin later.
  virtual void Append(int /*env*/, StepRange /*steps*/) {}
  // Removes an environment's oldest transitions, those that begin with `steps`.
  virtual void Evict(int /*env*/, StepRange /*steps*/) {}

  // Draws ids.size() transitions with replacement, with the weight of each one's loss: 1 unless the
  // sampler corrects for its bias. drawable[env] is the range appended and not yet evicted; at
  // least one is not empty.
  virtual void Draw(std::span<const StepRange> drawable, RandomStream& random,
                    std::span<TransitionId> ids, std::span<float> weights) = 0;

  // Sets the priorities of transitions: their absolute TD errors in the latest update. Ignores
  // evicted ids, and priorities that are not finite.
  virtual void Update(std::span<const TransitionId> /*ids*/,
                      std::span<const float> /*priorities*/) {}

  // The state for Restore(), as bytes.
  virtual std::string Save() const { return {}; }
  // Restores the saved state into a new sampler constructed with the same arguments. `drawable` is
  // as for a Draw() at the time of saving. Throws UserError if the bytes are damaged.
  virtual void Restore(std::string_view state, std::span<const StepRange> drawable);
};

// Makes a sampler. capacities[env] is the maximum number of transitions of an environment at any
// time.
using SamplerMaker = std::unique_ptr<Sampler>(const std::vector<std::int64_t>& capacities);

// Every sampler: its name, and the function that makes its kind.
#define ARCADEQ_SAMPLERS(SAMPLER)      \
  SAMPLER(uniform, UniformSamplerKind) \
  SAMPLER(proportional, ProportionalSamplerKind)

// The samplers with their default settings; `uniform` is selected.
Choice<SamplerMaker> SamplerChoice();

}  // namespace arcadeq
