#include "replay/samplers.h"

#include <utility>
#include <vector>

namespace arcadeq {

Choice<SamplerSignature> Samplers() {
  std::vector<Choice<SamplerSignature>::Entry> entries;
#define ARCADEQ_ADD_SAMPLER(name, kind) entries.push_back({#name, kind()});
  ARCADEQ_SAMPLERS(ARCADEQ_ADD_SAMPLER)
#undef ARCADEQ_ADD_SAMPLER
  return {std::move(entries), "uniform"};
}

}  // namespace arcadeq
