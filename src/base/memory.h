#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace arcadeq {

// The memory that this process can still allocate without swapping, in bytes: the least of the
// kernel's MemAvailable, the memory left below the tightest limit of its control groups (v1 and
// v2), and the address space left. The largest int64 if the system reports none of them.
std::int64_t AvailableMemoryBytes();

// The resident set of this process, in bytes.
std::int64_t ResidentMemoryBytes();

// "1.64 GB": decimal units, three figures. bytes >= 0.
std::string FormatBytes(std::int64_t bytes);

namespace internal {

// The same, for a system whose /proc and /sys lie under `root`.
std::int64_t AvailableMemoryBytes(const std::filesystem::path& root);

}  // namespace internal

}  // namespace arcadeq
