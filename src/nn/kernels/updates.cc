#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/updates.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "nn/kernels/step-inl.h"
#include "nn/kernels/vector-inl.h"

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
HWY_INLINE void StepScaled(const Rule& rule, float gradient_scale, std::size_t n, float* gradient,
                           float* parameters, float* mean, float* square) {
  const D d;
  for (std::size_t i = 0; i < n; i += kLanes) {
    V g = hn::LoadU(d, gradient + i);
    if (gradient_scale != 1.0f) {
      g = hn::Mul(g, hn::Set(d, gradient_scale));
      hn::StoreU(g, d, gradient + i);
    }
    StepVectors vectors;
    vectors.Load(parameters + i, mean + i, square + i);
    rule.Step(g, vectors);
    vectors.Store(parameters + i, mean + i, square + i);
  }
}

void Adam(const AdamStep& s, std::size_t n, float* gradient, float* parameters, float* m,
          float* v) {
  StepScaled(AdamRule(s), s.gradient_scale, n, gradient, parameters, m, v);
}

void RmsProp(const RmsPropStep& s, std::size_t n, float* gradient, float* parameters, float* mean,
             float* square) {
  StepScaled(RmsPropRule(s), s.gradient_scale, n, gradient, parameters, mean, square);
}

void Blend(const float* online, float tau, std::size_t n, float* target) {
  const D d;
  const V weight = hn::Set(d, tau);
  for (std::size_t i = 0; i < n; i += kLanes) {
    hn::StoreU(Blended(hn::LoadU(d, online + i), weight, hn::LoadU(d, target + i)), d, target + i);
  }
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq::kernels {

HWY_EXPORT(SumOfSquares);
HWY_EXPORT(Adam);
HWY_EXPORT(RmsProp);
HWY_EXPORT(Blend);

double SumOfSquares(const float* a, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(SumOfSquares)(a, n);
}

void Adam(const AdamStep& step, std::size_t n, float* gradient, float* parameters, float* m,
          float* v) {
  HWY_DYNAMIC_DISPATCH(Adam)(step, n, gradient, parameters, m, v);
}

void RmsProp(const RmsPropStep& step, std::size_t n, float* gradient, float* parameters,
             float* mean, float* square) {
  HWY_DYNAMIC_DISPATCH(RmsProp)(step, n, gradient, parameters, mean, square);
}

void Blend(const float* online, float tau, std::size_t n, float* target) {
  HWY_DYNAMIC_DISPATCH(Blend)(online, tau, n, target);
}

void StepParameters(const ParameterStep& step, std::size_t n, float* gradient) {
  if (step.rule == ParameterStep::Rule::kAdam) {
    Adam(step.adam, n, gradient, step.parameters, step.mean, step.square);
  } else {
    RmsProp(step.rms_prop, n, gradient, step.parameters, step.mean, step.square);
  }
  if (step.target != nullptr) Blend(step.parameters, step.tau, n, step.target);
}

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
