#pragma once

#include <deque>
#include <string>

#include "record/console/score_history.h"
#include "record/run_status.h"

namespace arcadeq {

// How a run is doing, for the page that shows it.
struct LiveStatus {
  RunStatus status;
  ScoreHistory scores;
  bool paused = false;
  std::string ended;              // why it has ended; empty while it trains
  std::deque<std::string> notes;  // the last ones, oldest first
};

// As JSON on one line, for page/watch.js. Values that are not known are null.
std::string StatusMessage(const LiveStatus& live);

}  // namespace arcadeq
