#include "replay/sampler.h"

#include <span>
#include <string_view>

#include "base/choice.h"
#include "base/error.h"
#include "replay/transition.h"

namespace arcadeq {

void Sampler::Restore(std::string_view state, std::span<const StepRange>) {
  if (!state.empty()) ThrowUserError("the replay's sampler is damaged");
}

ARCADEQ_DECLARE_KINDS(SamplerMaker, ARCADEQ_SAMPLERS)

Choice<SamplerMaker> SamplerChoice() {
  return {ARCADEQ_LIST_KINDS(SamplerMaker, ARCADEQ_SAMPLERS), "uniform"};
}

}  // namespace arcadeq
