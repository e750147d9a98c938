#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace arcadeq {

// The memory that this process can still allocate without swapping, in bytes: the least of the
// kernel's MemAvailable, the memory left below the tightest limit of its control groups (v1 and
// v2), and the address space left. The largest int64 if the system reports none of them.
std::int64_t AvailableMemoryBytes();

// What limits the memory of this process, in bytes; nothing where there is no limit, or none known.
struct MemoryLimits {
  std::optional<std::int64_t> machine;        // its memory
  std::optional<std::int64_t> control_group;  // the tightest of its control groups (v1 and v2)
  std::optional<std::int64_t> address_space;  // RLIMIT_AS
};
MemoryLimits ReadMemoryLimits();

// The resident set of this process, in bytes.
std::int64_t ResidentMemoryBytes();

namespace internal {

// The same, for a system whose /proc and /sys lie under `root`.
std::int64_t AvailableMemoryBytes(const std::filesystem::path& root);
MemoryLimits ReadMemoryLimits(const std::filesystem::path& root);

}  // namespace internal

}  // namespace arcadeq
