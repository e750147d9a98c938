#include "base/settings_file.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/error.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/toml.h"
#include "base/toml_settings.h"

namespace arcadeq {
namespace {

struct PlacedSetting {
  toml::source_position place;
  FileSetting setting;
};

// Returns why the value cannot be set; nothing if it is.
std::string Set(Settings& settings, const std::string& key, const toml::node& value) {
  const auto found = std::ranges::find(settings.all(), key, &Settings::Setting::key);
  if (found == settings.all().end()) return "unknown";
  try {
    settings.Set(key, ReadAssignment(settings, key, value, "").text, "");
    return "";
  } catch (const UserError&) {
    return "expected " + Settings::RangeText(*found);
  }
}

}  // namespace

std::vector<FileSetting> LoadWhatIsKnown(const std::filesystem::path& file, Settings& settings) {
  return LoadWhatIsKnown(ReadFile(file), file.string(), settings);
}

std::vector<FileSetting> LoadWhatIsKnown(std::string_view text, std::string_view origin,
                                         Settings& settings) {
  std::vector<PlacedSetting> placed;
  const auto add = [&](const std::string& key, const toml::node& value, std::string problem) {
    placed.push_back({value.source().begin, {key, TomlText(value), std::move(problem)}});
  };
  for (const auto& [group, node] : ParseToml(text, origin)) {
    const toml::table* values = node.as_table();
    if (values == nullptr) {
      add(std::string(group.str()), node, "unknown");
      continue;
    }
    for (const auto& [name, value] : *values) {
      const std::string key = fmt::format("{}.{}", group.str(), name.str());
      add(key, value, Set(settings, key, value));
    }
  }
  std::ranges::sort(placed, {}, [](const PlacedSetting& each) {
    return std::tuple(each.place.line, each.place.column);
  });
  std::vector<FileSetting> found;
  found.reserve(placed.size());
  for (PlacedSetting& each : placed) found.push_back(std::move(each.setting));
  return found;
}

}  // namespace arcadeq
