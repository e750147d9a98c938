#include <span>
#include <string>

#include <fmt/ranges.h>

#include "base/processors.h"
#include "machine/checks.h"
#include "machine/section.h"
#include "nn/cpu/kernels/instruction_sets.h"

namespace arcadeq {
namespace {

// The common name of an instruction set that Highway names otherwise.
std::string CommonName(const std::string& instruction_set) {
  return instruction_set.starts_with("AVX3") ? instruction_set + " (AVX-512)" : instruction_set;
}

void AddKernels(const ProcessorFacts& facts, Section& section) {
  const std::string& used = facts.kernels.front();
  if (used == kernels::kReferenceName) {
    section.Warn("kernels in use", "plain loops: this build has no vector kernels",
                 "build it with ./run build");
  } else if (used.starts_with("SSE") || used.starts_with("SSSE")) {
    section.Warn("kernels in use", used + ": several times slower than AVX2",
                 "if this is a virtual machine, let it see the host's processor; AVX2 needs one "
                 "from 2013 or later");
  } else {
    // The last are the plain loops.
    const std::span others = std::span(facts.kernels).subspan(1, facts.kernels.size() - 2);
    section.Add("kernels in use", others.empty()
                                      ? CommonName(used)
                                      : fmt::format("{}, the best of this build here; also {}",
                                                    CommonName(used), fmt::join(others, ", ")));
  }
  section.Add("instruction sets", facts.offered.empty()
                                      ? "no vectors that Highway knows"
                                      : fmt::format("{}", fmt::join(facts.offered, ", ")));
}

void AddProcessors(const ProcessorLimits& limits, Section& section) {
  const int affinity = limits.affinity.value_or(limits.machine);
  section.Add("processors",
              fmt::format("{} to use, {} in the machine", limits.Available(), limits.machine));
  if (affinity < limits.machine) {
    section.Warn("affinity", fmt::format("allows {} of {}", affinity, limits.machine),
                 "start arcadeq without taskset, numactl or a scheduler's limit to use all");
  }
  if (limits.quota && *limits.quota < affinity) {
    section.Warn("control group", fmt::format("allows {:.3g} processors' time", *limits.quota),
                 "raise the limit: docker run --cpus=N, or CPUQuota= of the systemd unit");
  }
}

void AddLoad(const ProcessorFacts& facts, Section& section) {
  if (facts.load < 0) return;
  const std::string load = fmt::format("{:.1f} in the last minute", facts.load);
  if (facts.load > 0.5 * facts.limits.machine) {
    section.Warn("load", load + ": others use the processors, and the speed below suffers",
                 "end the other programs, then run doctor again");
  } else {
    section.Add("load", load);
  }
}

}  // namespace

Section CheckProcessor(const ProcessorFacts& facts) {
  Section section{"processor", "Processor"};
  section.Add("model", facts.model);
  AddKernels(facts, section);
  AddProcessors(facts.limits, section);
  AddLoad(facts, section);
  section.data = {{"model", facts.model},
                  {"kernels_in_use", facts.kernels.front()},
                  {"kernels", facts.kernels},
                  {"offered", facts.offered},
                  {"available", facts.limits.Available()},
                  {"machine", facts.limits.machine},
                  {"affinity", nullptr},
                  {"quota", nullptr},
                  {"load", nullptr}};
  if (facts.limits.affinity) section.data["affinity"] = *facts.limits.affinity;
  if (facts.limits.quota) section.data["quota"] = *facts.limits.quota;
  if (facts.load >= 0) section.data["load"] = facts.load;
  return section;
}

}  // namespace arcadeq
