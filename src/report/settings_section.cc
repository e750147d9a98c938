#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/settings.h"
#include "base/settings_file.h"
#include "config/changed_settings.h"
#include "config/config.h"
#include "config/preset_difference.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/run_contents.h"
#include "report/sections.h"

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
                        EscapeMarkup(change.key), EscapeMarkup(change.now),
                        EscapeMarkup(change.before));
  }
  return fmt::format(
      "<div class=\"scroll\"><table class=\"settings\"><thead><tr><th scope=\"col\">Differs from "
      "the "
      "preset {0}</th><th scope=\"col\">Here</th><th scope=\"col\">{0}</th></tr></thead>\n"
      "<tbody>{1}</tbody></table></div>\n",
      difference.preset, rows);
}

std::string Row(const std::string& key, const std::string& value, const std::string& remark) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"help\">{}</td></tr>\n",
                     EscapeMarkup(key), EscapeMarkup(value), EscapeMarkup(remark));
}

std::string All(Config config) {
  const Settings settings = Declare(config);
  std::string rows;
  for (const Settings::Setting& setting : settings.all()) {
    rows += Row(setting.key, Settings::ValueText(setting), setting.help);
  }
  return fmt::format(
      "<details><summary>All {} settings</summary><div class=\"scroll\"><table class=\"settings\">"
      "<tbody>{}</tbody></table></div></details>\n",
      settings.all().size(), rows);
}

// Of a file with some that this version does not know.
std::string AsInTheFile(const std::vector<FileSetting>& values) {
  Config config;
  const Settings settings = Declare(config);
  const auto remark = [&](const FileSetting& value) {
    if (!value.problem.empty()) return value.problem;
    return settings.Find(value.key, "the run").help;
  };
  std::string rows, foreign;
  for (const FileSetting& value : values) {
    rows += Row(value.key, value.value, remark(value));
    if (value.problem.empty()) continue;
    foreign +=
        fmt::format("{}<code>{}</code>", foreign.empty() ? "" : ", ", EscapeMarkup(value.key));
  }
  return fmt::format(
      "<p class=\"note\">As they stand in the file. This version of arcadeq does not know {}, or "
      "does not accept their values.</p>\n<div class=\"scroll\">"
      "<table class=\"settings\"><tbody>{}</tbody></table></div>\n",
      foreign, rows);
}

}  // namespace

std::string SettingsSection(const ReportedRuns& runs) {
  std::string html;
  for (const ReportedAgent& agent : runs.agents) {
    const RunContents& run = *agent.runs.front();
    std::string settings;
    if (!run.foreign_settings.empty()) {
      settings = AsInTheFile(run.foreign_settings);
    } else if (run.config) {
      settings = Changes(DifferenceFromNearestPreset(*run.config)) + All(*run.config);
    } else {
      continue;
    }
    if (runs.agents.size() > 1) html += fmt::format("<h3>{}</h3>\n", EscapeMarkup(agent.name));
    html += settings;
  }
  if (html.empty()) return "";
  return "<section><h2>Settings</h2>\n" + html + "</section>\n";
}

}  // namespace arcadeq
