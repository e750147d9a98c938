#include "loss/loss.h"

namespace arcadeq {

ARCADEQ_DECLARE_KINDS(LossSignature, ARCADEQ_LOSSES)

Choice<LossSignature> LossChoice(const std::string& chosen) {
  return {ARCADEQ_LIST_KINDS(LossSignature, ARCADEQ_LOSSES), chosen};
}

}  // namespace arcadeq
