#pragma once

#include <memory>

#include "base/choice.h"
#include "base/random.h"
#include "env/env.h"

namespace arcadeq {

// All randomness of the environment comes from `random`.
using EnvMaker = std::unique_ptr<Env>(RandomStream random);

// Every environment except the Atari games: its name, and the function that makes its kind.
#define ARCADEQ_ENVIRONMENTS(ENVIRONMENT) \
  ENVIRONMENT(cartpole, CartPoleKind)     \
  ENVIRONMENT(catch, CatchKind)

// With their default settings.
KindSet<EnvMaker> BuiltInEnvironments();

}  // namespace arcadeq
