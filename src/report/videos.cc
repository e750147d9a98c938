#include "report/videos.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/quantity_text.h"
#include "report/agents.h"
#include "report/number_text.h"
#include "report/run_contents.h"

namespace arcadeq {
namespace {

// The videos of a run that fit, by time.
std::vector<std::size_t> ChooseVideos(const RunContents& run, std::uint64_t limit) {
  std::vector<std::size_t> chosen;
  for (const std::size_t i : SpreadOrder(run.videos.size())) {
    if (run.videos[i].bytes > limit) continue;
    limit -= run.videos[i].bytes;
    chosen.push_back(i);
  }
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace

std::vector<std::size_t> SpreadOrder(std::size_t n) {
  std::vector<std::size_t> order;
  if (n == 0) return order;
  order.push_back(n - 1);
  if (n > 1) order.push_back(0);
  std::deque<std::pair<std::size_t, std::size_t>> gaps = {{0, n - 1}};  // between numbers taken
  for (; !gaps.empty(); gaps.pop_front()) {
    const auto [low, high] = gaps.front();
    if (high - low < 2) continue;
    const std::size_t middle = low + (high - low) / 2;
    order.push_back(middle);
    gaps.emplace_back(low, middle);
    gaps.emplace_back(middle, high);
  }
  return order;
}

EmbeddedVideos ReadVideos(const ReportedRuns& runs, std::uint64_t limit) {
  EmbeddedVideos embedded;
  embedded.limit = limit;
  const auto with_videos =
      std::ranges::count_if(runs.runs, [](const RunContents& run) { return !run.videos.empty(); });
  for (std::size_t run = 0; run < runs.runs.size(); ++run) {
    const RunContents& contents = runs.runs[run];
    embedded.found += contents.videos.size();
    if (contents.videos.empty()) continue;
    for (const std::size_t i : ChooseVideos(contents, limit / with_videos)) {
      try {
        std::string gif = ReadFile(contents.videos[i].file);
        if (gif.size() > limit - embedded.bytes) continue;  // it has grown
        embedded.bytes += gif.size();
        embedded.videos.push_back({&contents, &contents.videos[i], std::move(gif),
                                   fmt::format("video-{}-{}", run + 1, i + 1)});
      } catch (const UserError& error) {
        embedded.notes.emplace_back(error.what());
      }
    }
  }
  return embedded;
}

std::string DescribeVideo(const EmbeddedVideo& embedded) {
  const RunVideo& video = *embedded.video;
  std::string text = video.episode > 0 ? fmt::format("episode {}", FormatCount(video.episode))
                                       : "an episode cut short";
  if (video.step > 0) {
    text +=
        fmt::format(", {} {}", video.episode > 0 ? "step" : "from step", FormatCount(video.step));
  }
  if (video.episode > 0 && video.row) {
    text += fmt::format(", score {}", NumberText(embedded.run->episodes[*video.row].raw_return));
  }
  return text;
}

}  // namespace arcadeq
