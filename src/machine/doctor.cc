#include "machine/doctor.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <hwy/targets.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/processors.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/rom.h"
#include "machine/build_info.h"
#include "machine/checks.h"
#include "machine/run_folder.h"
#include "machine/section.h"
#include "machine/system_info.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "train/pace.h"
#include "window/display_probe.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

constexpr const char* kPreset = "laptop";
constexpr std::chrono::milliseconds kWarmUp{500}, kTimed{3000};

// Highway's names of the vector instruction sets of this processor, best first.
std::vector<std::string> OfferedInstructionSets() {
  std::vector<std::string> names;
  // Each is one bit; better ones are lower.
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    const std::int64_t target = left & -left;
    if ((target & (HWY_EMU128 | HWY_SCALAR)) == 0) names.emplace_back(hwy::TargetName(target));
  }
  return names;
}

std::string NamedDisplays() {
  std::string named;
  for (const char* variable : {"SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"}) {
    const std::string value = EnvironmentVariable(variable);
    if (value.empty()) continue;
    named += fmt::format("{}{}={}", named.empty() ? "" : " ", variable, value);
  }
  return named;
}

// The preset plays its own game or, if that has no good ROM, the first that has.
Section TestSpeed(const std::vector<RomFile>& roms) {
  Config config = LoadPreset(kPreset);
  const auto playable = [](const RomFile& rom) { return rom.problem.empty(); };
  const bool plays_its_own = std::ranges::any_of(
      roms, [&](const RomFile& rom) { return rom.game == config.env.game && playable(rom); });
  if (const auto other = std::ranges::find_if(roms, playable);
      !plays_its_own && other != roms.end()) {
    config.env.game = other->game;
  }
  try {
    return CheckSpeed(kPreset, config, MeasurePace(config, kWarmUp, kTimed));
  } catch (const UserError& error) {
    return CheckSpeed(kPreset, error.what());
  }
}

}  // namespace

void ExamineMachine(const std::filesystem::path& out, const std::function<void(Section)>& report) {
  report(CheckProgram(ReadBuildInfo(), SystemName()));
  report(CheckProcessor({ProcessorModel(), ReadProcessorLimits(), LoadAverage(),
                         kernels::InstructionSets(), OfferedInstructionSets()}));
  report(CheckMemory(ReadMemoryLimits(), AvailableMemoryBytes()));
  const RomPlaces places = StandardRomPlaces();
  const std::vector<RomFile> roms = ListRoms(places);
  report(CheckGames(roms, places));
  report(CheckDisplay(NamedDisplays(), FindDisplayProblem(MakeWindowCommand("arcadeq doctor"))));
  report(CheckRunFolder(ExamineRunFolder(out)));
  report(TestSpeed(roms));
}

}  // namespace arcadeq
