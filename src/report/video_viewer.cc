#include <cstddef>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "base/base64.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/run_contents.h"
#include "report/sections.h"
#include "report/videos.h"

namespace arcadeq {
namespace {

std::string Megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

// The place of a video in its run, short enough for a button.
std::string ShortPlace(const EmbeddedVideo& embedded) {
  if (embedded.video->step == 0) return "?";
  const auto step = static_cast<double>(embedded.video->step);
  if (step >= 1e6) return fmt::format("{:.1f} M", step / 1e6);
  return step >= 1e3 ? fmt::format("{:.0f} k", step / 1e3) : fmt::format("{:.0f}", step);
}

}  // namespace

std::string VideoViewer(const ReportedRuns& runs, const EmbeddedVideos& videos) {
  if (videos.found == 0) return "";
  const std::string amount =
      fmt::format("{} of {} videos, {}; at most {} are embedded (--videos)", videos.videos.size(),
                  videos.found, Megabytes(videos.bytes), Megabytes(videos.limit));
  if (videos.videos.empty()) return fmt::format("<p class=\"note\">{}.</p>\n", amount);
  std::string html = "<div class=\"videos\" role=\"group\" aria-label=\"Videos\">\n";
  const RunContents* run = nullptr;
  for (std::size_t i = 0; i < videos.videos.size(); ++i) {
    const EmbeddedVideo& embedded = videos.videos[i];
    if (embedded.run != run && runs.runs.size() > 1) {
      html += fmt::format("<p class=\"run\">{}</p>\n", EscapeMarkup(embedded.run->name));
    }
    run = embedded.run;
    const std::string caption = DescribeVideo(embedded);
    // The last one, which is what the run has learnt, shows at first.
    html += fmt::format(
        "<input type=\"radio\" name=\"video\" id=\"{0}\"{1}><label for=\"{0}\" "
        "title=\"{2}\">{3}</label>"
        "<figure><img src=\"data:image/gif;base64,{4}\" width=\"{5}\" height=\"{6}\" "
        "loading=\"lazy\" alt=\"{2}\"><figcaption>{7}{2}</figcaption></figure>\n",
        embedded.input, i + 1 == videos.videos.size() ? " checked" : "", EscapeMarkup(caption),
        ShortPlace(embedded), Base64(embedded.gif), embedded.video->width, embedded.video->height,
        runs.runs.size() > 1 ? EscapeMarkup(run->name) + ": " : "");
  }
  return html + fmt::format(
                    "<p class=\"note\">Choose a point of the curve to see the agent play "
                    "there. {}.</p></div>\n",
                    amount);
}

}  // namespace arcadeq
