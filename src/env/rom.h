#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace arcadeq {

// Where ROMs are looked for, one after the other, as DIRECTORY/GAME.bin.
struct RomPlaces {
  std::vector<std::filesystem::path> directories;
  std::vector<std::string> tried;  // every place, also one that is not there, in words
};

// The directory in the environment variable ARCADEQ_ROMS, the ROMs that came with the emulator's
// source, and those of an installed Python package ale_py (its directory is looked for in
// $VIRTUAL_ENV, $CONDA_PREFIX, ~/.local, /usr/local and /usr; no Python is run).
RomPlaces StandardRomPlaces();

// The ROM of `game` (ALE's name, for example space_invaders): the file `rom` if that is not empty,
// otherwise the first found in `places`. Its content is the one ROM of that game that ALE supports,
// so that loading it cannot fail. Throws UserError for an unknown game (naming the nearest) or one
// for several players, and for a ROM that is missing (naming what was tried), in an archive,
// unreadable, damaged, or another game's.
std::filesystem::path FindRom(const std::string& game, const std::string& rom,
                              const RomPlaces& places);

}  // namespace arcadeq
