#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/settings.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/sections.h"
#include "train/config.h"
#include "train/preset_difference.h"

namespace arcadeq {
namespace {

std::string Changes(const PresetDifference& difference) {
  if (difference.changes.empty()) {
    return fmt::format("<p>All settings are those of the preset <b>{}</b>.</p>\n",
                       difference.preset);
  }
  std::string rows;
  for (const ChangedSetting& change : difference.changes) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"was\">{}</td></tr>\n",
                        EscapeMarkup(change.key), EscapeMarkup(change.value),
                        EscapeMarkup(change.preset_value));
  }
  return fmt::format(
      "<div class=\"scroll\"><table class=\"settings\"><thead><tr><th scope=\"col\">Differs from "
      "the "
      "preset {0}</th><th scope=\"col\">Here</th><th scope=\"col\">{0}</th></tr></thead>\n"
      "<tbody>{1}</tbody></table></div>\n",
      difference.preset, rows);
}

std::string All(Config config) {
  const Settings settings = Declare(config);
  std::string rows;
  for (const Settings::Setting& setting : settings.all()) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"help\">{}</td></tr>\n",
                        EscapeMarkup(setting.key), EscapeMarkup(Settings::ValueText(setting)),
                        EscapeMarkup(setting.help));
  }
  return fmt::format(
      "<details><summary>All {} settings</summary><div class=\"scroll\"><table class=\"settings\">"
      "<tbody>{}</tbody></table></div></details>\n",
      settings.all().size(), rows);
}

}  // namespace

std::string SettingsSection(const ReportedRuns& runs) {
  std::string html;
  for (const ReportedAgent& agent : runs.agents) {
    const std::optional<Config>& config = agent.runs.front()->config;
    if (!config) continue;
    if (runs.agents.size() > 1) html += fmt::format("<h3>{}</h3>\n", EscapeMarkup(agent.name));
    html += Changes(DifferenceFromNearestPreset(*config)) + All(*config);
  }
  if (html.empty()) return "";
  return "<section><h2>Settings</h2>\n" + html + "</section>\n";
}

}  // namespace arcadeq
