#pragma once

#include <filesystem>
#include <functional>

#include "machine/section.h"

namespace arcadeq {

// Examines what training needs and measures how fast it is, within about ten seconds. `out` is the
// directory for runs. Calls `report` with each section once it is complete.
void ExamineMachine(const std::filesystem::path& out, const std::function<void(Section)>& report);

}  // namespace arcadeq
