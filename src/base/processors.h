#pragma once

namespace arcadeq {

// The processors that this process may use, at least 1: those of its affinity mask, or fewer if the
// control group it lives in gets less of their time (cgroup v2's cpu.max).
int AvailableProcessors();

}  // namespace arcadeq
