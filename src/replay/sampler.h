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

// Decides which transitions a replay draws. It knows them by id only; Append() and Evict() tell it
// which ones exist.
//
// The same calls draw the same ids and weights, bit for bit, even if the sampler is saved and
// restored between two of them. Only Save() and Restore() allocate.
class Sampler {
 public:
  virtual ~Sampler() = default;

  // The transitions that begin with `steps` can be drawn from now on. They follow the newest one
  // of the environment; if it has none left, the range may begin later.
  virtual void Append(int /*env*/, StepRange /*steps*/) {}
  // The oldest transitions of an environment, those that begin with `steps`, are gone.
  virtual void Evict(int /*env*/, StepRange /*steps*/) {}

  // Draws ids.size() transitions with replacement, and for each the weight of its loss: 1 unless
  // the sampler corrects for its own bias. drawable[env] is the range appended and not yet evicted;
  // at least one is not empty.
  virtual void Draw(std::span<const StepRange> drawable, RandomStream& random,
                    std::span<TransitionId> ids, std::span<float> weights) = 0;

  // Sets the priorities of transitions: their absolute TD errors in the newest update. Ignores ids
  // that are gone.
  virtual void Update(std::span<const TransitionId> /*ids*/,
                      std::span<const float> /*priorities*/) {}

  // What Restore() needs, as bytes.
  virtual std::string Save() const { return {}; }
  // Makes this sampler, new and made with the same arguments, equal to the one saved. `drawable` is
  // what Draw() would have been given then. Throws UserError if the bytes are damaged.
  virtual void Restore(std::string_view state, std::span<const StepRange> drawable);
};

// Makes a sampler. capacities[env] bounds how many transitions an environment has at once.
using SamplerMaker = std::unique_ptr<Sampler>(const std::vector<std::int64_t>& capacities);
using SamplerKind = Kind<SamplerMaker>;

}  // namespace arcadeq
