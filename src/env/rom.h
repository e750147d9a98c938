#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace arcadeq {

// Where to look for ROMs, in order, as DIRECTORY/GAME.bin.
struct RomPlaces {
  std::vector<std::filesystem::path> directories;
  std::vector<std::string> tried;  // description of every place, including missing ones
};

// The directory in the environment variable ARCADEQ_ROMS, the ROMs that came with the emulator's
// source, and those of an installed Python package ale_py (searched for in $VIRTUAL_ENV,
// $CONDA_PREFIX, ~/.local, /usr/local and /usr, without running Python).
RomPlaces StandardRomPlaces();

// Finds the ROM of `game` (ALE's name, for example space_invaders): the file `rom` unless that is
// empty, otherwise the first found in `places`. Verifies that it is the one ROM of that game that
// ALE supports, so that loading it cannot fail. Throws UserError for an unknown game (naming the
// nearest) or a multiplayer game, and for a ROM that is missing (naming the places tried), in an
// archive, unreadable, damaged, or another game's.
std::filesystem::path FindRom(const std::string& game, const std::string& rom,
                              const RomPlaces& places);

struct RomFile {
  std::string game;
  std::filesystem::path file;
  std::string md5;      // of its content; empty if there is a problem, which names it
  std::string problem;  // why FindRom() refuses it; empty if it is the game's known ROM
};

// For each game that has a file in `places`, the first one, which FindRom() takes; sorted by game.
std::vector<RomFile> ListRoms(const RomPlaces& places);

}  // namespace arcadeq
