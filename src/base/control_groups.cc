#include "base/control_groups.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMount = "sys/fs/cgroup";

// `controllers` are separated by commas.
bool Lists(std::string_view controllers, std::string_view controller) {
  return fmt::format(",{},", controllers).find(fmt::format(",{},", controller)) !=
         std::string::npos;
}

std::vector<fs::path> GroupsWithin(const fs::path& mount, std::string_view innermost) {
  std::vector<fs::path> directories;
  fs::path group = fs::path(innermost).lexically_normal().relative_path();
  for (; !group.empty(); group = group.parent_path()) directories.push_back(mount / group);
  directories.push_back(mount);
  return directories;
}

}  // namespace

std::vector<ControlGroups> FindControlGroups(const fs::path& root, std::string_view controller) {
  std::vector<ControlGroups> found;
  // Lines are "ID:CONTROLLERS:GROUP"; CONTROLLERS is empty for v2.
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto controllers = std::string_view(line).substr(first + 1, second - first - 1);
    const auto group = std::string_view(line).substr(second + 1);
    if (controllers.empty()) {
      found.push_back({2, GroupsWithin(root / kMount, group)});
    } else if (Lists(controllers, controller)) {
      found.push_back({1, GroupsWithin(root / kMount / controller, group)});
    }
  }
  return found;
}

}  // namespace arcadeq
