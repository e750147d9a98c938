// The optimisers' steps and the blend on one vector of parameters, compiled once for each target.
#if defined(ARCADEQ_KERNELS_STEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ARCADEQ_KERNELS_STEP_INL_H_
#undef ARCADEQ_KERNELS_STEP_INL_H_
#else
#define ARCADEQ_KERNELS_STEP_INL_H_
#endif

#include <limits>

#include <hwy/highway.h>

#include "nn/kernels/kernels.h"
#include "nn/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

HWY_INLINE V WithoutSubnormals(V x) {
  const auto normal = hn::Ge(hn::Abs(x), hn::Set(D(), std::numeric_limits<float>::min()));
  return hn::IfThenElseZero(normal, x);
}

// Rules of one kind: Step() takes the gradient, writes parameters and both moments, and returns the
// parameters.
struct AdamRule {
  explicit AdamRule(const AdamStep& s)
      : beta1(hn::Set(D(), s.beta1)),
        beta2(hn::Set(D(), s.beta2)),
        one_minus_beta1(hn::Set(D(), s.one_minus_beta1)),
        one_minus_beta2(hn::Set(D(), s.one_minus_beta2)),
        step_size(hn::Set(D(), s.step_size)),
        variance_scale(hn::Set(D(), s.variance_scale)),
        epsilon(hn::Set(D(), s.epsilon)) {}

  HWY_INLINE V Step(V g, float* parameters, float* m, float* v) const {
    const D d;
    const V mean =
        WithoutSubnormals(hn::MulAdd(beta1, hn::LoadU(d, m), hn::Mul(one_minus_beta1, g)));
    const V square = WithoutSubnormals(
        hn::MulAdd(beta2, hn::LoadU(d, v), hn::Mul(hn::Mul(one_minus_beta2, g), g)));
    const V scale = hn::MulAdd(hn::Sqrt(square), variance_scale, epsilon);
    const V change = hn::Div(hn::Mul(step_size, mean), scale);
    const V stepped = hn::Sub(hn::LoadU(d, parameters), change);
    hn::StoreU(mean, d, m);
    hn::StoreU(square, d, v);
    hn::StoreU(stepped, d, parameters);
    return stepped;
  }

  V beta1, beta2, one_minus_beta1, one_minus_beta2, step_size, variance_scale, epsilon;
};

struct RmsPropRule {
  explicit RmsPropRule(const RmsPropStep& s)
      : decay(hn::Set(D(), s.decay)),
        one_minus_decay(hn::Set(D(), s.one_minus_decay)),
        learning_rate(hn::Set(D(), s.learning_rate)),
        epsilon(hn::Set(D(), s.epsilon)) {}

  HWY_INLINE V Step(V g, float* parameters, float* mean, float* square) const {
    const D d;
    const V m =
        WithoutSubnormals(hn::MulAdd(decay, hn::LoadU(d, mean), hn::Mul(one_minus_decay, g)));
    const V sq = WithoutSubnormals(
        hn::MulAdd(decay, hn::LoadU(d, square), hn::Mul(hn::Mul(one_minus_decay, g), g)));
    const V variance = hn::Max(hn::NegMulAdd(m, m, sq), hn::Zero(d));
    const V change = hn::Div(hn::Mul(learning_rate, g), hn::Sqrt(hn::Add(variance, epsilon)));
    const V stepped = hn::Sub(hn::LoadU(d, parameters), change);
    hn::StoreU(m, d, mean);
    hn::StoreU(sq, d, square);
    hn::StoreU(stepped, d, parameters);
    return stepped;
  }

  V decay, one_minus_decay, learning_rate, epsilon;
};

HWY_INLINE void BlendVector(V online, V tau, float* target) {
  const D d;
  const V old = hn::LoadU(d, target);
  hn::StoreU(hn::MulAdd(tau, hn::Sub(online, old), old), d, target);
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
