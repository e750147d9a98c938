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

// Decides which transitions a replay draws. Knows them by their ids only: Append() and Evict() tell
// it which ones there are.
//
// The same calls give the same draws, bit for bit, also where some of them came before Save() and
// the others after Restore(). Nothing allocates after construction, but for Save() and Restore().
class Sampler {
 public:
  virtual ~Sampler() = default;

  // `steps` of an environment can be drawn from now on. They follow those appended before, or come
  // later if all of those are evicted.
  virtual void Append([[maybe_unused]] int env, [[maybe_unused]] StepRange steps) {}
  // The oldest transitions of an environment are gone.
  virtual void Evict([[maybe_unused]] int env, [[maybe_unused]] StepRange steps) {}

  // Draws ids.size() transitions with replacement, and the weight of each one's loss (1 unless the
  // sampler corrects for how it draws). drawable[env], not all of them empty, are those appended
  // and not evicted.
  virtual void Draw(std::span<const StepRange> drawable, RandomStream& random,
                    std::span<TransitionId> ids, std::span<float> weights) = 0;

  // The absolute TD errors of some transitions, as of the newest update. The ids of transitions
  // that are gone are passed over.
  virtual void Update([[maybe_unused]] std::span<const TransitionId> ids,
                      [[maybe_unused]] std::span<const float> priorities) {}

  // What Restore() needs, as bytes.
  virtual std::string Save() const { return {}; }
  // Makes this sampler, new and made with the same arguments, the one that was saved, for which
  // `drawable` was what it is for Draw(). Throws UserError if the bytes are damaged.
  virtual void Restore(std::string_view state, std::span<const StepRange> drawable);
};

// Makes a sampler; capacities[env] is the most transitions that an environment can have at once.
using SamplerSignature = std::unique_ptr<Sampler>(const std::vector<std::int64_t>& capacities);
using SamplerKind = Kind<SamplerSignature>;

}  // namespace arcadeq
