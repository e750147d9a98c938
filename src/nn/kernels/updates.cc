#include "nn/kernels/kernels.h"
#include "nn/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/updates.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

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

// The scaled gradient; written back only if scaling changed it, to save the traffic.
HWY_INLINE V ScaleGradient(float scale, float* gradient) {
  const D d;
  const V g = hn::LoadU(d, gradient);
  if (scale == 1.0f) return g;
  const V scaled = hn::Mul(g, hn::Set(d, scale));
  hn::StoreU(scaled, d, gradient);
  return scaled;
}

void Adam(const AdamStep& s, std::size_t n, float* gradient, float* parameters, float* m,
          float* v) {
  const D d;
  const V beta1 = hn::Set(d, s.beta1);
  const V beta2 = hn::Set(d, s.beta2);
  const V one_minus_beta1 = hn::Set(d, s.one_minus_beta1);
  const V one_minus_beta2 = hn::Set(d, s.one_minus_beta2);
  const V step_size = hn::Set(d, s.step_size);
  const V variance_scale = hn::Set(d, s.variance_scale);
  const V epsilon = hn::Set(d, s.epsilon);
  for (std::size_t i = 0; i < n; i += kLanes) {
    const V g = ScaleGradient(s.gradient_scale, gradient + i);
    const V mean = hn::MulAdd(beta1, hn::LoadU(d, m + i), hn::Mul(one_minus_beta1, g));
    const V square =
        hn::MulAdd(beta2, hn::LoadU(d, v + i), hn::Mul(hn::Mul(one_minus_beta2, g), g));
    const V scale = hn::MulAdd(hn::Sqrt(square), variance_scale, epsilon);
    const V change = hn::Div(hn::Mul(step_size, mean), scale);
    hn::StoreU(mean, d, m + i);
    hn::StoreU(square, d, v + i);
    hn::StoreU(hn::Sub(hn::LoadU(d, parameters + i), change), d, parameters + i);
  }
}

void RmsProp(const RmsPropStep& s, std::size_t n, float* gradient, float* parameters, float* mean,
             float* square) {
  const D d;
  const V decay = hn::Set(d, s.decay);
  const V one_minus_decay = hn::Set(d, s.one_minus_decay);
  const V learning_rate = hn::Set(d, s.learning_rate);
  const V epsilon = hn::Set(d, s.epsilon);
  for (std::size_t i = 0; i < n; i += kLanes) {
    const V g = ScaleGradient(s.gradient_scale, gradient + i);
    const V m = hn::MulAdd(decay, hn::LoadU(d, mean + i), hn::Mul(one_minus_decay, g));
    const V sq =
        hn::MulAdd(decay, hn::LoadU(d, square + i), hn::Mul(hn::Mul(one_minus_decay, g), g));
    const V variance = hn::Max(hn::NegMulAdd(m, m, sq), hn::Zero(d));
    const V change = hn::Div(hn::Mul(learning_rate, g), hn::Sqrt(hn::Add(variance, epsilon)));
    hn::StoreU(m, d, mean + i);
    hn::StoreU(sq, d, square + i);
    hn::StoreU(hn::Sub(hn::LoadU(d, parameters + i), change), d, parameters + i);
  }
}

void Blend(const float* online, float tau, std::size_t n, float* target) {
  const D d;
  const V weight = hn::Set(d, tau);
  for (std::size_t i = 0; i < n; i += kLanes) {
    const V old = hn::LoadU(d, target + i);
    const V difference = hn::Sub(hn::LoadU(d, online + i), old);
    hn::StoreU(hn::MulAdd(weight, difference, old), d, target + i);
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

}  // namespace arcadeq::kernels
#endif  // HWY_ONCE
