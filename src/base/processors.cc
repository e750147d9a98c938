#include "base/processors.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>
#include <vector>

#include <sched.h>

namespace arcadeq {

std::vector<int> AffinityProcessors() {
  std::vector<int> processors;
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return processors;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(processor, &mask)) processors.push_back(processor);
  }
  return processors;
}

int AvailableProcessors() {
  int processors = static_cast<int>(AffinityProcessors().size());
  if (processors == 0) processors = static_cast<int>(std::thread::hardware_concurrency());
  // "QUOTA PERIOD" in microseconds, or "max PERIOD" (where reading a number fails) for no limit.
  std::ifstream limit("/sys/fs/cgroup/cpu.max");
  double quota = 0, period = 0;
  if (limit >> quota >> period && period > 0) {
    processors = std::min(processors, static_cast<int>(std::ceil(quota / period)));
  }
  return std::max(processors, 1);
}

ProcessorPin::ProcessorPin(int processor) {
  CPU_ZERO(&before_);
  sched_getaffinity(0, sizeof(before_), &before_);
  cpu_set_t mask;
  CPU_ZERO(&mask);
  CPU_SET(processor, &mask);
  sched_setaffinity(0, sizeof(mask), &mask);
}

ProcessorPin::~ProcessorPin() {
  sched_setaffinity(0, sizeof(before_), &before_);
}

}  // namespace arcadeq
