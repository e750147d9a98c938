#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/memory.h"
#include "base/processors.h"
#include "config/config.h"
#include "env/rom.h"
#include "machine/build_info.h"
#include "machine/run_folder.h"
#include "machine/section.h"
#include "train/pace.h"

namespace arcadeq {

// What doctor says about facts that were gathered elsewhere: one section each.

Section CheckProgram(const BuildInfo& build, const std::string& system);

struct ProcessorFacts {
  std::string model;
  ProcessorLimits limits;
  double load = -1;                  // see LoadAverage()
  std::vector<std::string> kernels;  // see kernels::InstructionSets()
  std::vector<std::string> offered;  // Highway's names of what the processor can run, best first
};
Section CheckProcessor(const ProcessorFacts& facts);

Section CheckMemory(const MemoryLimits& limits, std::int64_t available);

Section CheckGames(const std::vector<RomFile>& roms, const RomPlaces& places);

// `displays` is what the environment names, such as "DISPLAY=:0"; `problem` is from
// FindDisplayProblem().
Section CheckDisplay(const std::string& displays, const std::string& problem);

Section CheckRunFolder(const RunFolder& folder);

// `pace` is that of `config`, which is the preset `preset` on some game.
Section CheckSpeed(const std::string& preset, const Config& config, const Pace& pace);
// For a speed test that failed, with the reason.
Section CheckSpeed(const std::string& preset, const std::string& problem);

}  // namespace arcadeq
