#pragma once

#include <cstdint>

#include "env/env.h"
#include "record/event.h"

namespace arcadeq {

// A copy of the screen for the recorder, to be shown as long as `frames` frames of the console last
// (60 a second).
VideoFrame MakePicture(const ScreenView& screen, int frames);

}  // namespace arcadeq
