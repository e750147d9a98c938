#include <cstddef>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/vectorised/vectorised.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/cpu/kernels/vectorised/updates.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/cpu/kernels/vectorised/step-inl.h"
#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

double SumOfSquares(const float* a, std::size_t n) {
  const D d;
  V sums[kVectors];
  for (V& sum : sums) sum = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += kPanel) {
    for (int j = 0; j < kVectors; ++j) {
      const V x = hn::LoadU(d, a + i + j * kLanes);
      sums[j] = hn::MulAdd(x, x, sums[j]);
    }
  }
  float lanes[kPanel];
  for (int j = 0; j < kVectors; ++j) hn::StoreU(sums[j], d, lanes + j * kLanes);
  double total = 0.0;
  for (float lane : lanes) total += lane;
  return total;
}

template <class Rule>
void StepAll(const Rule& rule, const ParameterStep& s, std::size_t n, float* gradient) {
  const D d;
  const V tau = hn::Set(d, s.tau);
  for (std::size_t i = 0; i < n; i += kLanes) {
    V g = hn::LoadU(d, gradient + i);
    if (s.gradient_scale != 1.0f) {
      g = hn::Mul(g, hn::Set(d, s.gradient_scale));
      hn::StoreU(g, d, gradient + i);
    }
    StepVectors vectors;
    vectors.Load(s.parameters + i, s.mean + i, s.square + i);
    rule.Step(g, vectors);
    vectors.Store(s.parameters + i, s.mean + i, s.square + i);
    if (s.target != nullptr) {
      const V target = hn::LoadU(d, s.target + i);
      hn::StoreU(Blended(vectors.parameters, tau, target), d, s.target + i);
    }
  }
}

void StepParameters(const ParameterStep& step, std::size_t n, float* gradient) {
  WithVectors(step.rule, [&](const auto& rule) HWY_ATTR { StepAll(rule, step, n, gradient); });
}

void SetUpdates(Kernels& kernels) {
  kernels.sum_of_squares = SumOfSquares;
  kernels.step_parameters = StepParameters;
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SetUpdates);
void SetUpdates(Kernels& kernels) {
  HWY_DYNAMIC_DISPATCH(SetUpdates)(kernels);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
