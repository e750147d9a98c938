#pragma once

// Instruction sets that the vector code is not built for. SSSE3 gains nothing over SSE4. The
// vectors of SVE and RVV have no compile-time size and so cannot be array elements (such processors
// run the NEON code or the fallback). Include before hwy/foreach_target.h, which reads this.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
