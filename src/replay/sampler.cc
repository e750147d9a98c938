#include "replay/sampler.h"

#include "base/error.h"

namespace arcadeq {

void Sampler::Restore(std::string_view state, std::span<const StepRange>) {
  if (!state.empty()) ThrowUserError("the replay's sampler is damaged");
}

}  // namespace arcadeq
