#pragma once

#include <vector>

#include "record/event.h"

namespace arcadeq {

// How the training thread spent its time. Playing counts only while it plays or waits for those who
// do, so that the phases of a run that plays and learns at once add up to its time, too.
struct PhaseSeconds {
  double acting = 0;       // the policies' network
  double environment = 0;  // the emulator and its frames
  double learning = 0;
  double evaluation = 0;
};

// The share of each phase in the time between two reports.
class PhaseTimes {
 public:
  // Adds some time of the run, of which `total` seconds have passed; what belongs to no phase
  // counts as "other".
  void Add(const PhaseSeconds& phases, double total);
  // The shares of the time added since the last report; the same again if there was none. They add
  // up to 1.
  const std::vector<NamedValue>& Report();

 private:
  PhaseSeconds sum_;
  double total_ = 0;
  std::vector<NamedValue> shares_;
};

}  // namespace arcadeq
