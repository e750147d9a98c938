#pragma once

#include "base/choice.h"
#include "replay/sampler.h"

namespace arcadeq {

// Every sampler: its name, and the function that makes its kind.
#define ARCADEQ_SAMPLERS(SAMPLER) \
  SAMPLER(uniform, UniformSamplerKind) SAMPLER(proportional, ProportionalSamplerKind)

// The samplers with their default settings; `uniform` is selected.
Choice<SamplerMaker> Samplers();

}  // namespace arcadeq
