#pragma once

#include <memory>

#include "base/choice.h"
#include "base/random.h"
#include "env/env.h"

namespace arcadeq {

// `random` drives everything random in the environment.
using EnvMaker = std::unique_ptr<Env>(RandomStream random);

// Every environment but the Atari games: its name, and the function that makes its kind.
#define ARCADEQ_ENVIRONMENTS(ENVIRONMENT) \
  ENVIRONMENT(cartpole, CartPoleKind)     \
  ENVIRONMENT(catch, CatchKind)

// With their default settings.
KindSet<EnvMaker> BuiltInEnvironments();

}  // namespace arcadeq
