#include "env/environments.h"

#include "base/choice.h"

namespace arcadeq {

ARCADEQ_DECLARE_KINDS(EnvMaker, ARCADEQ_ENVIRONMENTS)

KindSet<EnvMaker> BuiltInEnvironments() {
  return KindSet<EnvMaker>(ARCADEQ_LIST_KINDS(EnvMaker, ARCADEQ_ENVIRONMENTS));
}

}  // namespace arcadeq
