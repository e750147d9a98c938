#include <cmath>
#include <string>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "config/config.h"
#include "machine/checks.h"
#include "machine/section.h"
#include "train/pace.h"

namespace arcadeq {
namespace {

constexpr double kLongSeconds = 6 * 3600;

std::string Count(double value) {
  return FormatCount(std::llround(value));
}

Section Begin(const std::string& preset) {
  Section section{"speed", "Speed of the preset " + preset};
  section.data["preset"] = preset;
  return section;
}

}  // namespace

Section CheckSpeed(const std::string& preset, const Config& config, const Pace& pace) {
  Section section = Begin(preset);
  const double million = 1e6 / pace.frames_per_second / 60;
  const double whole = static_cast<double>(config.train.steps) / pace.steps_per_second;
  section.Add("measured", fmt::format("{}, {}, {}", config.env.game,
                                      FormatCount(config.train.envs, "environment"),
                                      FormatCount(config.train.ThreadCount(), "thread")));
  section.Add("speed", fmt::format("{} steps/s, {} frames/s", Count(pace.steps_per_second),
                                   Count(pace.frames_per_second)));
  section.Add("a million frames", fmt::format("{:.1f} minutes", million));
  const std::string run =
      fmt::format("{} steps: {}", FormatCount(config.train.steps), FormatDuration(whole));
  if (whole > kLongSeconds) {
    section.Warn("the whole run", run,
                 "train --minutes 60 makes a run that fits an hour; `tune` finds faster settings");
  } else {
    section.Add("the whole run", run);
  }
  section.Add("memory", FormatBytes(pace.resident_bytes));
  section.data.update({{"game", config.env.game},
                       {"threads", config.train.ThreadCount()},
                       {"steps_per_second", pace.steps_per_second},
                       {"frames_per_second", pace.frames_per_second},
                       {"minutes_per_million_frames", million},
                       {"run_steps", config.train.steps},
                       {"run_seconds", whole},
                       {"resident_bytes", pace.resident_bytes}});
  return section;
}

Section CheckSpeed(const std::string& preset, const std::string& problem) {
  Section section = Begin(preset);
  section.Fail("training", problem, "fix this first: no run can begin");
  section.data["problem"] = problem;
  return section;
}

}  // namespace arcadeq
