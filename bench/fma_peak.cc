#include "fma_peak.h"

#include <chrono>
#include <cstdint>
#include <ratio>
#include <string_view>

#include "base/highway_targets.h"  // IWYU pragma: keep (foreach_target.h reads it)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fma_peak.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace arcadeq::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Does `rounds` multiply-adds in each of 12 chains, which hide a latency of up to six cycles on two
// units, and returns the number of floating-point operations.
double MultiplyAdds(int rounds, float* result) {
  const hn::ScalableTag<float> d;
  const auto factor = hn::Set(d, 0.999f);
  // All start with different values, or the compiler would merge them.
  auto c0 = hn::Set(d, 0.0f), c1 = hn::Set(d, 0.1f), c2 = hn::Set(d, 0.2f), c3 = hn::Set(d, 0.3f);
  auto c4 = hn::Set(d, 0.4f), c5 = hn::Set(d, 0.5f), c6 = hn::Set(d, 0.6f), c7 = hn::Set(d, 0.7f);
  auto c8 = hn::Set(d, 0.8f), c9 = hn::Set(d, 0.9f), c10 = hn::Set(d, 1.0f), c11 = hn::Set(d, 1.1f);
  for (int i = 0; i < rounds; ++i) {
    c0 = hn::MulAdd(c0, factor, factor);
    c1 = hn::MulAdd(c1, factor, factor);
    c2 = hn::MulAdd(c2, factor, factor);
    c3 = hn::MulAdd(c3, factor, factor);
    c4 = hn::MulAdd(c4, factor, factor);
    c5 = hn::MulAdd(c5, factor, factor);
    c6 = hn::MulAdd(c6, factor, factor);
    c7 = hn::MulAdd(c7, factor, factor);
    c8 = hn::MulAdd(c8, factor, factor);
    c9 = hn::MulAdd(c9, factor, factor);
    c10 = hn::MulAdd(c10, factor, factor);
    c11 = hn::MulAdd(c11, factor, factor);
  }
  const auto sum = hn::Add(
      hn::Add(hn::Add(hn::Add(c0, c1), hn::Add(c2, c3)), hn::Add(hn::Add(c4, c5), hn::Add(c6, c7))),
      hn::Add(hn::Add(c8, c9), hn::Add(c10, c11)));
  *result = hn::GetLane(sum);
  return 2.0 * 12 * static_cast<double>(hn::Lanes(d)) * rounds;
}

}  // namespace arcadeq::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq {

HWY_EXPORT(MultiplyAdds);

void UseInstructionSet(std::string_view name) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (name == hwy::TargetName(target)) return hwy::SetSupportedTargetsForTest(target);
  }
}

double MeasureFmaPeak() {
  constexpr int kRounds = 400'000;
  using Clock = std::chrono::steady_clock;
  volatile float sink;
  float result;
  const auto start = Clock::now();
  const double operations = HWY_DYNAMIC_DISPATCH(MultiplyAdds)(kRounds, &result);
  const std::chrono::duration<double, std::nano> elapsed = Clock::now() - start;
  sink = result;
  (void)sink;
  return operations / elapsed.count();
}

}  // namespace arcadeq
#endif  // HWY_ONCE
