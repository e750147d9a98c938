#include "replay/samplers.h"

#include "base/choice.h"
#include "replay/sampler.h"

namespace arcadeq {

ARCADEQ_DECLARE_KINDS(SamplerMaker, ARCADEQ_SAMPLERS)

Choice<SamplerMaker> Samplers() {
  return {ARCADEQ_LIST_KINDS(SamplerMaker, ARCADEQ_SAMPLERS), "uniform"};
}

}  // namespace arcadeq
