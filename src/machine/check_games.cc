#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <fmt/ranges.h>

#include "base/quantity_text.h"
#include "env/atari.h"
#include "env/rom.h"
#include "machine/checks.h"
#include "machine/section.h"

namespace arcadeq {
namespace {

std::string FoldersOfGood(const std::vector<RomFile>& roms) {
  std::set<std::string> folders;
  for (const RomFile& rom : roms) {
    if (rom.problem.empty()) folders.insert(rom.file.parent_path().string());
  }
  return fmt::format("{}", fmt::join(folders, ", "));
}

void AddRoms(const std::vector<RomFile>& roms, const RomPlaces& places, Section& section) {
  const auto good = std::ranges::count_if(roms, [](auto& rom) { return rom.problem.empty(); });
  if (good > 0) {
    section.Add("ROMs", fmt::format("{} with the MD5 that the emulator knows, in {}",
                                    FormatCount(good, "game"), FoldersOfGood(roms)));
  } else {
    section.Fail("ROMs", fmt::format("none in {}", fmt::join(places.tried, ", ")),
                 "run ./run build, which gets them, or let ARCADEQ_ROMS name a folder of GAME.bin");
  }
  // Enough to see what is wrong with all of them.
  constexpr std::ptrdiff_t kMostShown = 5;
  std::ptrdiff_t bad = 0;
  for (const RomFile& rom : roms) {
    if (rom.problem.empty() || ++bad > kMostShown) continue;
    section.Warn(rom.game, rom.problem, "replace or remove this file");
  }
  if (bad > kMostShown) {
    section.Warn("more", fmt::format("{} other files have such problems", bad - kMostShown),
                 "--json lists them all");
  }
}

void AddDefaultGame(const std::vector<RomFile>& roms, Section& section) {
  const std::string game = EnvConfig().game;
  const auto rom = std::ranges::find(roms, game, &RomFile::game);
  if (rom == roms.end()) {
    section.Warn(game, "no ROM: it is the game that train plays unless told otherwise",
                 "choose another with --game, or add its ROM");
  } else if (rom->problem.empty()) {
    section.Add(game, fmt::format("MD5 {}, the emulator's", rom->md5));
  }
}

}  // namespace

Section CheckGames(const std::vector<RomFile>& roms, const RomPlaces& places) {
  Section section{"games", "Games"};
  section.Add("emulator", "ALE " + EmulatorVersion());
  AddRoms(roms, places, section);
  AddDefaultGame(roms, section);
  section.data["emulator"] = EmulatorVersion();
  section.data["places"] = places.tried;
  section.data["directories"] = nlohmann::ordered_json::array();
  for (const std::filesystem::path& directory : places.directories) {
    section.data["directories"].push_back(directory.string());
  }
  section.data["roms"] = nlohmann::ordered_json::array();
  for (const RomFile& rom : roms) {
    nlohmann::ordered_json entry{{"game", rom.game}, {"file", rom.file.string()}};
    if (rom.problem.empty()) {
      entry["md5"] = rom.md5;
    } else {
      entry["problem"] = rom.problem;
    }
    section.data["roms"].push_back(entry);
  }
  return section;
}

}  // namespace arcadeq
