#include "base/toml_settings.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/settings.h"
#include "base/toml.h"

namespace arcadeq {
namespace {

// The type alone refuses arrays, dates and the like.
std::string TextOf(const toml::node& node, const Settings::Setting& setting,
                   std::string_view place) {
  if (const auto* text = node.as_string()) {
    if (std::holds_alternative<Settings::TextField>(setting.field) ||
        std::holds_alternative<Settings::IntRangeField>(setting.field)) {
      return text->get();
    }
  }
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return TomlDouble(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  ThrowUserError("{}: {} = {}: expected {}", place, setting.key, TomlText(node),
                 Settings::RangeText(setting));
}

}  // namespace

Assignment ReadAssignment(const Settings& settings, std::string_view key, const toml::node& value,
                          std::string_view origin) {
  const std::string place = TomlPlace(value, origin);
  const Settings::Setting& setting = settings.Find(key, place);
  return {setting.key, TextOf(value, setting, place), place};
}

std::vector<Assignment> ReadAssignments(const Settings& settings, const toml::table& tables,
                                        std::string_view origin) {
  std::vector<Assignment> assignments;
  for (const auto& [table, node] : tables) {
    const toml::table* values = node.as_table();
    if (values == nullptr) {
      const std::string place = TomlPlace(node, origin);
      const std::string_view key = settings.Find(table.str(), place).key;
      ThrowUserError("{}: \"{}\": write it without quotes, as {} = ...", place, key, key);
    }
    for (const auto& [name, value] : *values) {
      const std::string key = fmt::format("{}.{}", table.str(), name.str());
      assignments.push_back(ReadAssignment(settings, key, value, origin));
    }
  }
  return assignments;
}

}  // namespace arcadeq
