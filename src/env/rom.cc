#include "env/rom.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <ale/emucore/MD5.hxx>
#include <ale/games/Roms.hpp>
#include <fmt/ranges.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/nearest_names.h"
#include "env/environments.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

// The largest cartridge of the Atari 2600 that ALE reads.
constexpr std::uintmax_t kMaxRomBytes = 512 * 1024;

// The game that ALE takes a file for; ALE considers both the name and the content.
std::unique_ptr<ale::RomSettings> FindGame(const fs::path& file, const std::string& md5) {
  return std::unique_ptr<ale::RomSettings>(ale::buildRomRLWrapper(file, md5));
}

std::unique_ptr<ale::RomSettings> FindGameByName(const std::string& game) {
  auto settings = FindGame(game + ".bin", "");
  return settings != nullptr && settings->rom() == game ? std::move(settings) : nullptr;
}

std::vector<fs::path> SortedEntries(const fs::path& directory) {
  std::vector<fs::path> entries;
  std::error_code ignored;
  for (fs::directory_iterator it(directory, ignored), end; it != end; it.increment(ignored)) {
    entries.push_back(it->path());
  }
  std::ranges::sort(entries);
  return entries;
}

std::vector<fs::path> PythonPrefixes() {
  std::vector<fs::path> prefixes;
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const std::string prefix = EnvironmentVariable(name);
    if (!prefix.empty()) prefixes.emplace_back(prefix);
  }
  const std::string home = EnvironmentVariable("HOME");
  if (!home.empty()) prefixes.push_back(fs::path(home) / ".local");
  prefixes.insert(prefixes.end(), {"/usr/local", "/usr"});
  return prefixes;
}

void AddPythonPackages(const fs::path& prefix, RomPlaces& places) {
  places.tried.push_back(fmt::format("the Python package ale_py in {}", (prefix / "lib").string()));
  for (const fs::path& python : SortedEntries(prefix / "lib")) {
    if (!python.filename().string().starts_with("python3")) continue;
    for (const char* packages : {"site-packages", "dist-packages"}) {
      const fs::path directory = python / packages / "ale_py" / "roms";
      std::error_code ignored;
      if (fs::is_directory(directory, ignored)) places.directories.push_back(directory);
    }
  }
}

// Games whose ROMs come with the emulator, but which it does not support for a single player.
constexpr std::string_view kForSeveralPlayers[] = {"combat", "joust", "maze_craze", "warlords"};

// Identified by a file's first bytes.
struct ArchiveKind {
  std::string_view name;
  std::string_view begin;
};
constexpr ArchiveKind kArchives[] = {
    {"zip", "PK\003\004"}, {"gzip", "\x1f\x8b"}, {"7z", "7z\xbc\xaf"},        {"xz", "\xfd\x37zXZ"},
    {"bzip2", "BZh"},      {"rar", "Rar!"},      {"zstd", "\x28\xb5\x2f\xfd"}};

// Throws UserError if `file` is an archive.
void RefuseArchive(const fs::path& file) {
  std::string begin(8, '\0');
  std::ifstream(file, std::ios::binary).read(begin.data(), std::ssize(begin));
  for (const ArchiveKind& kind : kArchives) {
    if (begin.starts_with(kind.begin)) {
      ThrowUserError("{} is a {} archive: unpack it and use the ROM inside", file.string(),
                     kind.name);
    }
  }
}

// The first file in `places` for each game of ALE.
std::map<std::string, fs::path> FirstFiles(const RomPlaces& places) {
  std::map<std::string, fs::path> files;
  for (const fs::path& directory : places.directories) {
    for (const fs::path& file : SortedEntries(directory)) {
      const std::string name = file.stem().string();
      if (file.extension() == ".bin" && FindGameByName(name) != nullptr) files.emplace(name, file);
    }
  }
  return files;
}

[[noreturn]] void RefuseUnknownGame(const std::string& game, const RomPlaces& places) {
  if (std::ranges::find(kForSeveralPlayers, game) != std::end(kForSeveralPlayers)) {
    ThrowUserError("{} is for two or more players; the emulator has no single-player game of it",
                   game);
  }
  std::set<std::string> known;
  for (const auto& [name, file] : FirstFiles(places)) known.insert(name);
  for (const std::string& name : BuiltInEnvironments().names()) known.insert(name);
  const auto nearest = NearestNames({known.begin(), known.end()}, game, 3);
  ThrowUserError("unknown game '{}'; the nearest are {}", game, fmt::join(nearest, ", "));
}

// Throws UserError if the file cannot be read.
std::string Md5Of(const fs::path& file) {
  const std::string content = ReadFile(file);
  return ale::stella::MD5(reinterpret_cast<const std::uint8_t*>(content.data()),
                          static_cast<std::uint32_t>(content.size()));
}

// Throws UserError unless ALE accepts `file` as the supported ROM of `game`.
void CheckRom(const fs::path& file, const std::string& game, std::string_view expected_md5) {
  std::error_code error;
  const std::uintmax_t size = fs::is_regular_file(file, error) ? fs::file_size(file, error) : 0;
  if (size == 0) ThrowUserError("ROM {}: no such file, or empty", file.string());
  RefuseArchive(file);
  if (size > kMaxRomBytes) {
    ThrowUserError("{} is not a ROM: it has {} bytes, but the largest ROM has {}", file.string(),
                   size, kMaxRomBytes);
  }
  const std::string md5 = Md5Of(file);
  const auto found = FindGame("", md5);
  if (found == nullptr) {
    ThrowUserError(
        "{} is damaged or not a ROM that the emulator supports: its MD5 is {}, but that of {} is "
        "{}",
        file.string(), md5, game, expected_md5);
  }
  if (found->rom() != game) {
    ThrowUserError("{} is the ROM of {}, not of {}; choose --game {} or another ROM", file.string(),
                   found->rom(), game, found->rom());
  }
  if (FindGame(file, md5)->rom() != game) {
    ThrowUserError("{} is the ROM of {}, named after another game; rename it to {}.bin",
                   file.string(), game, game);
  }
}

}  // namespace

RomPlaces StandardRomPlaces() {
  RomPlaces places;
  const std::string directory = EnvironmentVariable("ARCADEQ_ROMS");
  if (!directory.empty()) {
    places.tried.push_back(fmt::format("ARCADEQ_ROMS ({})", directory));
    places.directories.emplace_back(directory);
  } else {
    places.tried.emplace_back("ARCADEQ_ROMS (not set)");
  }
  places.tried.emplace_back(ARCADEQ_ROM_DIR);
  places.directories.emplace_back(ARCADEQ_ROM_DIR);
  for (const fs::path& prefix : PythonPrefixes()) AddPythonPackages(prefix, places);
  return places;
}

fs::path FindRom(const std::string& game, const std::string& rom, const RomPlaces& places) {
  const auto settings = FindGameByName(game);
  if (settings == nullptr) RefuseUnknownGame(game, places);
  if (!rom.empty()) {
    CheckRom(rom, game, settings->md5());
    return rom;
  }
  for (const fs::path& directory : places.directories) {
    const fs::path file = directory / (game + ".bin");
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      const fs::path zipped = directory / (game + ".zip");
      if (fs::is_regular_file(zipped, ignored)) RefuseArchive(zipped);
      continue;
    }
    CheckRom(file, game, settings->md5());
    return file;
  }
  ThrowUserError(
      "no {}.bin found in {}; pass the file with --rom, or set the environment variable "
      "ARCADEQ_ROMS to its directory",
      game, fmt::join(places.tried, ", "));
}

std::vector<RomFile> ListRoms(const RomPlaces& places) {
  std::vector<RomFile> roms;
  for (const auto& [game, file] : FirstFiles(places)) {
    RomFile& rom = roms.emplace_back(RomFile{game, file, "", ""});
    try {
      CheckRom(file, game, FindGameByName(game)->md5());
      rom.md5 = Md5Of(file);
    } catch (const UserError& error) {
      rom.problem = error.what();
    }
  }
  return roms;
}

}  // namespace arcadeq
