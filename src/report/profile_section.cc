#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/profile_summary.h"
#include "report/run_contents.h"
#include "report/sections.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

constexpr std::size_t kMostScopes = 20;

std::string Row(std::string_view name, double seconds, double of) {
  const double share = of > 0 ? std::clamp(seconds / of, 0.0, 1.0) : 0;
  return fmt::format(
      "<tr class=\"agent c0\"><th scope=\"row\">{}</th><td class=\"track\"><div><span "
      "class=\"bar\" "
      "style=\"left:0;width:{:.2f}%\"></span></div></td><td class=\"n\">{:.1f} %</td></tr>\n",
      EscapeMarkup(name), 100 * share, 100 * share);
}

std::string Table(const ProfileSummary& profile) {
  std::string rows;
  double in_scopes = 0;
  for (std::size_t i = 0; i < profile.scopes.size(); ++i) {
    const auto& [name, seconds] = profile.scopes[i];
    in_scopes += seconds;
    if (i < kMostScopes) rows += Row(name, seconds, profile.thread_seconds);
  }
  rows += Row("outside all of these", std::max(profile.thread_seconds - in_scopes, 0.0),
              profile.thread_seconds);
  return fmt::format("<table class=\"scores\"><tbody>{}</tbody></table>\n", rows);
}

}  // namespace

std::string ProfileSection(const ReportedRuns& runs) {
  std::string tables;
  for (const RunContents& run : runs.runs) {
    if (!run.profile) continue;
    if (runs.runs.size() > 1) tables += fmt::format("<h3>{}</h3>\n", EscapeMarkup(run.name));
    tables += fmt::format("<p class=\"note\">{:.1f} seconds of {}.</p>\n{}",
                          run.profile->thread_seconds / static_cast<double>(run.profile->threads),
                          FormatCount(static_cast<std::int64_t>(run.profile->threads), "thread"),
                          Table(*run.profile));
  }
  if (tables.empty()) {
    tables = fmt::format(
        "<p class=\"note\">Not recorded. <code>arcadeq train --out RUN --profile {}</code> records "
        "it.</p>\n",
        RunDirectory::At("RUN").profile().string());
  }
  return "<section><h2>Where the time goes</h2>\n" + tables + "</section>\n";
}

}  // namespace arcadeq
