#pragma once

#include "env/env.h"
#include "record/event.h"

namespace arcadeq {

// A copy of the screen for the recorder, to be shown for `seconds`.
VideoFrame MakePicture(const ScreenView& screen, double seconds);

}  // namespace arcadeq
