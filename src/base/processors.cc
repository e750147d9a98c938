#include "base/processors.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>

#include <sched.h>

namespace arcadeq {
namespace {

int AffinityProcessors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) return CPU_COUNT(&mask);
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

int AvailableProcessors() {
  int processors = AffinityProcessors();
  // "QUOTA PERIOD" in microseconds, or "max PERIOD" (where reading a number fails) for no limit.
  std::ifstream limit("/sys/fs/cgroup/cpu.max");
  double quota = 0, period = 0;
  if (limit >> quota >> period && period > 0) {
    processors = std::min(processors, static_cast<int>(std::ceil(quota / period)));
  }
  return std::max(processors, 1);
}

}  // namespace arcadeq
