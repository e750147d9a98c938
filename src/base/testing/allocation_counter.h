#pragma once

#include <cstdint>

namespace arcadeq::testing {

// The allocations of this test program so far with operator new, on all threads. Using these
// functions links counting versions of operators new and delete (see allocation_counter.cc).
std::int64_t Allocations();
std::int64_t AllocatedBytes();

}  // namespace arcadeq::testing
