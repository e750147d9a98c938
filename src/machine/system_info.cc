#include "machine/system_info.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <sys/utsname.h>

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

// What follows `key`, blanks and `separator` at the beginning of a line; empty if no line has it.
std::string FindValue(const fs::path& path, std::string_view key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::string_view rest = line;
    if (!rest.starts_with(key)) continue;
    rest.remove_prefix(key.size());
    const auto begin = rest.find_first_not_of(" \t");
    if (begin == std::string_view::npos || rest[begin] != separator) continue;
    rest.remove_prefix(begin + 1);
    const auto value = rest.find_first_not_of(" \t\"");
    if (value == std::string_view::npos) return "";
    return std::string(rest.substr(value, rest.find_last_not_of(" \t\"") - value + 1));
  }
  return "";
}

}  // namespace

std::string internal::DistributionName(const fs::path& root) {
  const std::string name = FindValue(root / "etc/os-release", "PRETTY_NAME", '=');
  return name.empty() ? "unknown distribution" : name;
}

std::string internal::ProcessorModel(const fs::path& root) {
  return FindValue(root / "proc/cpuinfo", "model name", ':');
}

double internal::LoadAverage(const fs::path& root) {
  double load = -1;
  std::ifstream file(root / "proc/loadavg");
  return file >> load ? load : -1;
}

std::string SystemName() {
  utsname names{};
  uname(&names);
  return fmt::format("{}, {} {} {}", internal::DistributionName("/"), names.sysname, names.release,
                     names.machine);
}

std::string ProcessorModel() {
  std::string model = internal::ProcessorModel("/");
  if (!model.empty()) return model;
  utsname names{};
  uname(&names);
  return names.machine;
}

double LoadAverage() {
  return internal::LoadAverage("/");
}

}  // namespace arcadeq
