#include "base/processors.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include <sched.h>
#include <unistd.h>

#include "base/control_groups.h"

namespace arcadeq {
namespace {

// The processor time that a group allows. v2 has "QUOTA PERIOD" in microseconds, or "max PERIOD"
// (where reading a number fails) for no limit; v1 has them in two files, and -1 for no limit.
std::optional<double> QuotaOf(const std::filesystem::path& group, int version) {
  double quota = 0, period = 0;
  if (version == 2) {
    std::ifstream(group / "cpu.max") >> quota >> period;
  } else {
    std::ifstream(group / "cpu.cfs_quota_us") >> quota;
    std::ifstream(group / "cpu.cfs_period_us") >> period;
  }
  if (!(quota > 0) || !(period > 0)) return std::nullopt;
  return quota / period;
}

}  // namespace

std::optional<double> internal::ProcessorQuota(const std::filesystem::path& root) {
  std::optional<double> least;
  for (const ControlGroups& groups : FindControlGroups(root, "cpu")) {
    for (const std::filesystem::path& group : groups.directories) {
      const std::optional<double> quota = QuotaOf(group, groups.version);
      if (quota && (!least || *quota < *least)) least = quota;
    }
  }
  return least;
}

int ProcessorLimits::Available() const {
  int processors = affinity.value_or(machine);
  if (quota) {  // compared as doubles: a quota may exceed any int
    processors = static_cast<int>(std::min<double>(processors, std::ceil(*quota)));
  }
  return std::max(processors, 1);
}

ProcessorLimits ReadProcessorLimits() {
  ProcessorLimits limits;
  limits.machine = std::max(static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)), 1);
  const int mask = static_cast<int>(AffinityProcessors().size());
  if (mask > 0) limits.affinity = mask;
  limits.quota = internal::ProcessorQuota("/");
  return limits;
}

int AvailableProcessors() {
  return ReadProcessorLimits().Available();
}

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
