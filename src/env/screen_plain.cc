#include <cstdint>

#include "env/screen_reduction.h"

namespace arcadeq {

void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state) {
  plain::ReduceScreens(plan, luma, first, second, state);
}

}  // namespace arcadeq
