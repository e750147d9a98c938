// The update rules and the blend on one vector of parameters, compiled once for each target.
#if defined(ARCADEQ_NN_VECTORISED_STEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ARCADEQ_NN_VECTORISED_STEP_INL_H_
#undef ARCADEQ_NN_VECTORISED_STEP_INL_H_
#else
#define ARCADEQ_NN_VECTORISED_STEP_INL_H_
#endif

#include <limits>
#include <variant>

#include <hwy/highway.h>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/vectorised/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

HWY_INLINE V WithoutSubnormals(V x) {
  const auto normal = hn::Ge(hn::Abs(x), hn::Set(D(), std::numeric_limits<float>::min()));
  return hn::IfThenElseZero(normal, x);
}

// A vector of parameters, with the moments of their gradients.
struct StepVectors {
  HWY_INLINE StepVectors() {}  // compiled for the target; an implicit one would not be
  HWY_INLINE void Load(const float* from_parameters, const float* from_mean,
                       const float* from_square) {
    const D d;
    parameters = hn::LoadU(d, from_parameters);
    mean = hn::LoadU(d, from_mean);
    square = hn::LoadU(d, from_square);
  }
  HWY_INLINE void Store(float* to_parameters, float* to_mean, float* to_square) const {
    const D d;
    hn::StoreU(parameters, d, to_parameters);
    hn::StoreU(mean, d, to_mean);
    hn::StoreU(square, d, to_square);
  }

  V parameters, mean, square;
};

// An update rule with its constants in vectors. Step() takes a step with the gradient g.
struct AdamVectors {
  explicit AdamVectors(const AdamRule& s)
      : beta1(hn::Set(D(), s.beta1)),
        beta2(hn::Set(D(), s.beta2)),
        one_minus_beta1(hn::Set(D(), s.one_minus_beta1)),
        one_minus_beta2(hn::Set(D(), s.one_minus_beta2)),
        step_size(hn::Set(D(), s.step_size)),
        variance_scale(hn::Set(D(), s.variance_scale)),
        epsilon(hn::Set(D(), s.epsilon)) {}

  HWY_INLINE void Step(V g, StepVectors& x) const {
    x.mean = WithoutSubnormals(hn::MulAdd(beta1, x.mean, hn::Mul(one_minus_beta1, g)));
    x.square =
        WithoutSubnormals(hn::MulAdd(beta2, x.square, hn::Mul(hn::Mul(one_minus_beta2, g), g)));
    const V scale = hn::MulAdd(hn::Sqrt(x.square), variance_scale, epsilon);
    x.parameters = hn::Sub(x.parameters, hn::Div(hn::Mul(step_size, x.mean), scale));
  }

  V beta1, beta2, one_minus_beta1, one_minus_beta2, step_size, variance_scale, epsilon;
};

struct RmsPropVectors {
  explicit RmsPropVectors(const RmsPropRule& s)
      : decay(hn::Set(D(), s.decay)),
        one_minus_decay(hn::Set(D(), s.one_minus_decay)),
        learning_rate(hn::Set(D(), s.learning_rate)),
        epsilon(hn::Set(D(), s.epsilon)) {}

  HWY_INLINE void Step(V g, StepVectors& x) const {
    x.mean = WithoutSubnormals(hn::MulAdd(decay, x.mean, hn::Mul(one_minus_decay, g)));
    x.square =
        WithoutSubnormals(hn::MulAdd(decay, x.square, hn::Mul(hn::Mul(one_minus_decay, g), g)));
    const V variance = hn::Max(hn::NegMulAdd(x.mean, x.mean, x.square), hn::Zero(D()));
    const V change = hn::Div(hn::Mul(learning_rate, g), hn::Sqrt(hn::Add(variance, epsilon)));
    x.parameters = hn::Sub(x.parameters, change);
  }

  V decay, one_minus_decay, learning_rate, epsilon;
};

// Calls visit with the rule's vectors.
template <class Visit>
HWY_INLINE void WithVectors(const UpdateRule& rule, const Visit& visit) {
  if (const auto* adam = std::get_if<AdamRule>(&rule)) return visit(AdamVectors(*adam));
  visit(RmsPropVectors(std::get<RmsPropRule>(rule)));
}

// The target network's parameters after the blend.
HWY_INLINE V Blended(V online, V tau, V target) {
  return hn::MulAdd(tau, hn::Sub(online, target), target);
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
