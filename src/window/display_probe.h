#pragma once

#include <string>

#include "window/window_process.h"

namespace arcadeq {

// Why no window can be opened, in one line; empty if one can. Shows none. `command` is that of
// MakeWindowCommand(). Waits for the display, up to ten seconds.
std::string FindDisplayProblem(WindowCommand command);

}  // namespace arcadeq
