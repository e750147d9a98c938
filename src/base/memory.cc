#include "base/memory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "base/control_groups.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

// How a version of control groups reports the memory of a group. Groups without a limit report
// "max" (v2) or a number near 2^63 (v1).
constexpr const char* kLimitsV1[] = {"memory.limit_in_bytes"};
constexpr const char* kLimitsV2[] = {"memory.max", "memory.high"};
struct CgroupFiles {
  std::span<const char* const> limits;
  const char* usage;
  std::array<const char*, 2> file_cache;  // keys in memory.stat, descendants included
};
constexpr CgroupFiles kCgroupV1{
    kLimitsV1, "memory.usage_in_bytes", {"total_inactive_file", "total_active_file"}};
constexpr CgroupFiles kCgroupV2{kLimitsV2, "memory.current", {"inactive_file", "active_file"}};

// The number at the start of `text`, after blanks.
std::optional<std::int64_t> ParseNumber(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  return number;
}

std::optional<std::int64_t> ReadNumber(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return ParseNumber(line);
}

// The number after `key` at the beginning of a line.
std::optional<std::int64_t> FindNumber(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!std::string_view(line).starts_with(key)) continue;
    const std::string_view rest = std::string_view(line).substr(key.size());
    if (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) return ParseNumber(rest);
  }
  return std::nullopt;
}

// No group of real memory is this large: v1 reports about 2^63 for no limit.
constexpr std::int64_t kImplausible = std::int64_t{1} << 60;

std::int64_t LimitOf(const fs::path& group, const CgroupFiles& files) {
  std::int64_t limit = kUnlimited;
  for (const char* name : files.limits) {
    limit = std::min(limit, ReadNumber(group / name).value_or(kUnlimited));
  }
  return limit < kImplausible ? limit : kUnlimited;
}

std::int64_t LeftInGroup(const fs::path& group, const CgroupFiles& files) {
  const std::int64_t limit = LimitOf(group, files);
  if (limit == kUnlimited) return kUnlimited;
  // The kernel drops cached files before it refuses memory, so they count as available, as in
  // MemAvailable.
  std::int64_t used = ReadNumber(group / files.usage).value_or(0);
  for (const char* key : files.file_cache) {
    used -= FindNumber(group / "memory.stat", key).value_or(0);
  }
  return std::max<std::int64_t>(limit - std::max<std::int64_t>(used, 0), 0);
}

// The least of what `of_group` returns for the groups of this process.
template <typename Function>
std::int64_t LeastOfGroups(const fs::path& root, Function of_group) {
  std::int64_t least = kUnlimited;
  for (const ControlGroups& groups : FindControlGroups(root, "memory")) {
    const CgroupFiles& files = groups.version == 1 ? kCgroupV1 : kCgroupV2;
    for (const fs::path& group : groups.directories) {
      least = std::min(least, of_group(group, files));
    }
  }
  return least;
}

std::int64_t AddressSpaceLimit(const fs::path& root) {
  return FindNumber(root / "proc/self/limits", "Max address space").value_or(kUnlimited);
}

// The memory left below the limit on the address space (RLIMIT_AS), which job schedulers set.
std::int64_t LeftInAddressSpace(const fs::path& root) {
  const std::int64_t limit = AddressSpaceLimit(root);
  if (limit == kUnlimited) return kUnlimited;
  const std::int64_t used =
      ReadNumber(root / "proc/self/statm").value_or(0) * sysconf(_SC_PAGESIZE);
  return std::max<std::int64_t>(limit - used, 0);
}

// The value of a key of /proc/meminfo.
std::optional<std::int64_t> FindMeminfo(const fs::path& root, std::string_view key) {
  const auto kilobytes = FindNumber(root / "proc/meminfo", key);
  return kilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
}

}  // namespace

std::int64_t internal::AvailableMemoryBytes(const fs::path& root) {
  return std::min({FindMeminfo(root, "MemAvailable:").value_or(kUnlimited),
                   LeastOfGroups(root, LeftInGroup), LeftInAddressSpace(root)});
}

std::int64_t AvailableMemoryBytes() {
  return internal::AvailableMemoryBytes("/");
}

MemoryLimits internal::ReadMemoryLimits(const fs::path& root) {
  MemoryLimits limits;
  limits.machine = FindMeminfo(root, "MemTotal:");
  if (const std::int64_t group = LeastOfGroups(root, LimitOf); group != kUnlimited) {
    limits.control_group = group;
  }
  if (const std::int64_t space = AddressSpaceLimit(root); space != kUnlimited) {
    limits.address_space = space;
  }
  return limits;
}

MemoryLimits ReadMemoryLimits() {
  return internal::ReadMemoryLimits("/");
}

std::int64_t ResidentMemoryBytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace arcadeq
