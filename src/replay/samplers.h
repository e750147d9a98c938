#pragma once

#include <memory>

#include "base/choice.h"
#include "replay/sampler.h"

// Every sampler: its name in replay.sampler and the function that makes its kind, which the
// sampler's source file defines.
#define ARCADEQ_SAMPLERS(SAMPLER) SAMPLER(uniform, UniformSamplerKind)

namespace arcadeq {

#define ARCADEQ_DECLARE_SAMPLER(name, kind) std::unique_ptr<SamplerKind> kind();
ARCADEQ_SAMPLERS(ARCADEQ_DECLARE_SAMPLER)
#undef ARCADEQ_DECLARE_SAMPLER

Choice<SamplerSignature> Samplers();

}  // namespace arcadeq
