#include "loss/loss.h"

#include <string>

#include "base/choice.h"

namespace arcadeq {

ARCADEQ_DECLARE_KINDS(LossMaker, ARCADEQ_LOSSES)

Choice<LossMaker> LossChoice(const std::string& chosen) {
  return {ARCADEQ_LIST_KINDS(LossMaker, ARCADEQ_LOSSES), chosen};
}

}  // namespace arcadeq
