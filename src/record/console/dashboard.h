#pragma once

#include <string>
#include <vector>

#include "record/console/score_history.h"
#include "record/console/styled_text.h"
#include "record/console/terminal.h"
#include "record/run_status.h"

namespace arcadeq {

// Whether a terminal has room for the dashboard and a few lines above it.
bool DashboardFits(const TerminalSize& size);

// The lines that show how a run is doing: its progress, speed and score with a curve, how it
// explores and learns, its memory, and whether its network is alive. Each is narrower than the
// terminal. `seconds_since` have passed since the last Progress.
std::vector<std::string> Dashboard(const RunStatus& status, const ScoreHistory& history,
                                   double seconds_since, const TerminalSize& size,
                                   const TerminalStyle& style);

}  // namespace arcadeq
