#pragma once

namespace arcadeq {

// The number of processors that this process may use, at least 1: those in its affinity mask, or
// fewer if its control group limits processor time (cgroup v2's cpu.max).
int AvailableProcessors();

}  // namespace arcadeq
