// Half the squared TD error (Watkins 1989, and the loss of PQN, Gallici et al. 2024):
//
//   L(x) = x^2 / 2,  L'(x) = x,  x = Q(s, a) - target

#include <memory>
#include <span>

#include "base/choice.h"
#include "loss/loss.h"
#include "loss/scalar_loss.h"

namespace arcadeq {
namespace {

class Squared final : public ScalarLoss {
 public:
  float Compare(std::span<const float> outputs, std::span<const float> target,
                std::span<float> gradient) const override {
    const float error = outputs[0] - target[0];
    gradient[0] = error;
    return 0.5f * error * error;
  }
};

}  // namespace

KindPointer<LossMaker> SquaredKind() {
  return std::make_unique<KindOf<LossMaker, NoSettings, Squared>>();
}

}  // namespace arcadeq
