#pragma once

#include <cstdint>

namespace arcadeq::testing {

// What this test program has taken from the heap so far with operator new, on all threads. A
// program that uses these gets operators new and delete that count (see allocation_counter.cc).
std::int64_t Allocations();
std::int64_t AllocatedBytes();

}  // namespace arcadeq::testing
