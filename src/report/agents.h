#pragma once

#include <string>
#include <vector>

#include "report/run_contents.h"

namespace arcadeq {

// A way of training, and all runs of it: those that differ in nothing that matters but the seed.
struct ReportedAgent {
  std::string name;
  std::vector<const RunContents*> runs;  // not empty
};

// What a report shows.
struct ReportedRuns {
  std::string game;  // empty if no run tells
  std::vector<RunContents> runs;
  std::vector<ReportedAgent> agents;  // refer to `runs`

  ReportedRuns() = default;
  ReportedRuns(ReportedRuns&&) = default;
  ReportedRuns(const ReportedRuns&) = delete;
};

// Groups the runs, and gives each a name of its own. Throws UserError if they are of several games.
ReportedRuns GroupRuns(std::vector<RunContents> runs);

}  // namespace arcadeq
