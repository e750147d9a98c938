#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace arcadeq {

// The control groups of this process that are governed by one hierarchy of cgroups.
struct ControlGroups {
  int version = 2;  // 1 or 2
  // Their directories: the innermost group first, the root of the hierarchy last. Not all need
  // exist: inside a container the root may be the container's group, and the names of the groups
  // have a meaning only outside.
  std::vector<std::filesystem::path> directories;
};

// The hierarchies that may limit what `controller` ("memory", "cpu") controls. /proc and /sys lie
// under `root`.
std::vector<ControlGroups> FindControlGroups(const std::filesystem::path& root,
                                             std::string_view controller);

}  // namespace arcadeq
