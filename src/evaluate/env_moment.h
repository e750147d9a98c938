#pragma once

#include "agent/insight.h"
#include "env/env.h"
#include "evaluate/stacked_env.h"
#include "picture/image.h"
#include "picture/moment.h"

namespace arcadeq {

// A copy of the screen.
Image MakeImage(const ScreenView& screen);

// What a player of `env` sees and what an agent thinks of it. The caller knows the step, the score
// and so on.
Moment MakeMoment(const StackedEnv& env, Insight insight);

}  // namespace arcadeq
