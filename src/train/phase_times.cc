#include "train/phase_times.h"

#include <algorithm>
#include <vector>

#include "record/event.h"

namespace arcadeq {

void PhaseTimes::Add(const PhaseSeconds& phases, double total) {
  sum_.acting += phases.acting;
  sum_.environment += phases.environment;
  sum_.learning += phases.learning;
  sum_.evaluation += phases.evaluation;
  total_ += total;
}

const std::vector<NamedValue>& PhaseTimes::Report() {
  const double known = sum_.acting + sum_.environment + sum_.learning + sum_.evaluation;
  const double total = std::max(total_, known);
  if (total > 0) {
    shares_ = {{"acting", sum_.acting / total},
               {"environment", sum_.environment / total},
               {"learning", sum_.learning / total},
               {"evaluation", sum_.evaluation / total},
               {"other", (total - known) / total}};
  }
  sum_ = {};
  total_ = 0;
  return shares_;
}

}  // namespace arcadeq
