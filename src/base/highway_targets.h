#pragma once

// Instruction sets that the vector code is not built for: SSSE3 gains nothing over SSE4, and the
// vectors of SVE and RVV have no size at compile time, so that none can be in an array (such
// processors run NEON's code or the fallback). Read by hwy/foreach_target.h, so it comes first.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
