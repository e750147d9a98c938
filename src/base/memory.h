#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace arcadeq {

// The memory this process could still take without swapping, in bytes: the kernel's MemAvailable,
// or what is left below the tightest limit of the control groups (v1 and v2) it lives in or below
// the limit on its address space, whichever is least. The largest number where the system tells
// neither.
std::int64_t AvailableMemoryBytes();

// The resident set of this process, in bytes.
std::int64_t ResidentMemoryBytes();

// "1.64 GB": decimal units, three figures. bytes >= 0.
std::string FormatBytes(std::int64_t bytes);

namespace internal {

// The same, of a system whose /proc and /sys lie under `root`.
std::int64_t AvailableMemoryBytes(const std::filesystem::path& root);

}  // namespace internal

}  // namespace arcadeq
