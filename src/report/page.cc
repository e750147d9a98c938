#include "report/page.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/page_chart.h"
#include "report/page_files.h"
#include "report/run_contents.h"
#include "report/sections.h"
#include "report/videos.h"
#include "sweep/sweep_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

// Pairs of hexadecimal digits as bytes.
std::string FromHex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(16 * value(digits[i]) + value(digits[i + 1]));
  }
  return bytes;
}

std::string Head(const std::string& title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; script-src 'sha256-{}'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{}</title>\n<style>\n{}{}</style>\n</head>\n",
      Base64(FromHex(kPageScriptHash)), title, kPageCss, SeriesColoursCss());
}

std::vector<fs::path> PathsOf(const std::string& argument) {
  const fs::path path = PathOfArgument(argument);
  std::error_code error;
  fs::path sweep = path;
  std::string variant;
  if (!fs::exists(path, error)) {
    sweep = path.parent_path();
    variant = path.filename().string();
  } else if (!IsSweep(path)) {
    return {path};
  }
  std::vector<fs::path> runs;
  for (const std::string& name : ListSweepRuns(sweep, variant)) runs.push_back(sweep / name);
  if (!runs.empty()) return runs;
  if (variant.empty()) ThrowUserError("{} is a sweep without runs", argument);
  ThrowUserError("{} does not exist, and no runs {}-seedN do", argument, argument);
}

}  // namespace

std::vector<RunContents> ReadArguments(const std::vector<std::string>& arguments) {
  std::vector<RunContents> runs;
  std::set<fs::path> seen;
  for (const std::string& argument : arguments) {
    for (const fs::path& path : PathsOf(argument)) {
      std::error_code error;
      const fs::path real = fs::canonical(path, error);
      if (!error && !seen.insert(real).second) continue;
      runs.push_back(ReadRunContents(path));
    }
  }
  return runs;
}

std::string MakePage(const ReportedRuns& runs, const PageOptions& options) {
  const EmbeddedVideos videos = ReadVideos(runs, options.video_bytes);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return Head(EscapeMarkup(fmt::format("{} - arcadeq report", GameTitle(runs)))) +
         "<body>\n<main>\n" + HeaderSection(runs, videos) + ScoreSection(runs) +
         CurveSection(runs, videos) + DiagnosticsSection(runs) + ProfileSection(runs) +
         SettingsSection(runs) + RunsSection(runs) +
         fmt::format(
             "</main>\n<footer>Made by arcadeq {} on {:%Y-%m-%d %H:%M} UTC.</footer>\n"
             "<script>{}</script>\n</body>\n</html>\n",
             EscapeMarkup(options.program_version), fmt::gmtime(now), kPageScript);
}

}  // namespace arcadeq
