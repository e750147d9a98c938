#pragma once

#include <memory>

#include "base/choice.h"
#include "replay/sampler.h"

// Every sampler: the name that replay.sampler gives it, and the function that makes its kind, which
// is defined in the sampler's source file.
#define ARCADEQ_SAMPLERS(SAMPLER) SAMPLER(uniform, UniformSamplerKind)

namespace arcadeq {

#define ARCADEQ_DECLARE_SAMPLER(name, kind) std::unique_ptr<SamplerKind> kind();
ARCADEQ_SAMPLERS(ARCADEQ_DECLARE_SAMPLER)
#undef ARCADEQ_DECLARE_SAMPLER

Choice<SamplerSignature> Samplers();

}  // namespace arcadeq
