#include "config/settings_page.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/settings.h"
#include "config/config.h"
#include "config/preset.h"

namespace arcadeq {
namespace {

constexpr std::string_view kIntroduction =
    "# Settings\n"
    "\n"
    "Every setting, as `arcadeq presets --markdown` prints it from the program's own declarations. "
    "Set one with\n"
    "`--set KEY=VALUE`, or several in a TOML file with `--config FILE`. The column of values names "
    "the presets that share\n"
    "each value.\n";

// In a cell of a table, '|' ends it, and '<' may begin a tag.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c == '<' ? std::string("&lt;") : std::string(1, c);
  }
  return cell;
}

// The presets by the value that they give the setting at `index`, in the order of the presets.
std::string ValuesText(const std::vector<Settings>& presets, std::size_t index) {
  std::vector<std::string> values;
  std::map<std::string, std::vector<std::string_view>> names;
  for (std::size_t i = 0; i < presets.size(); ++i) {
    const std::string value = Settings::ValueText(presets[i].all()[index]);
    if (names[value].empty()) values.push_back(value);
    names[value].push_back(Presets()[i].name);
  }
  if (values.size() == 1) return fmt::format("`{}`", values.front());
  std::vector<std::string> parts;
  parts.reserve(values.size());
  for (const std::string& value : values) {
    parts.push_back(fmt::format("`{}`: {}", value, fmt::join(names[value], ", ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::string SettingsPage() {
  std::vector<Config> configs;
  configs.reserve(Presets().size());
  for (const Preset& preset : Presets()) configs.push_back(LoadPreset(preset.name));
  std::vector<Settings> presets;
  presets.reserve(configs.size());
  for (Config& config : configs) presets.push_back(Declare(config));

  std::string page(kIntroduction);
  std::string_view group;
  for (std::size_t i = 0; i < presets.front().all().size(); ++i) {
    const Settings::Setting& setting = presets.front().all()[i];
    const std::string_view of = std::string_view(setting.key).substr(0, setting.key.find('.'));
    if (of != group) {
      group = of;
      page += fmt::format("\n## {}\n\n| setting | meaning | range | value |\n|---|---|---|---|\n",
                          group);
    }
    page += fmt::format("| `{}` | {} | {} | {} |\n", setting.key, Cell(setting.help),
                        Cell(Settings::RangeText(setting)), ValuesText(presets, i));
  }
  return page;
}

}  // namespace arcadeq
