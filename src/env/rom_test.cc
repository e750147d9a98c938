#include "env/rom.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Sets an environment variable, or removes it if there is no value, until destroyed.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    Set(value);
  }
  ~ScopedVariable() { Set(old_ ? old_->c_str() : nullptr); }

 private:
  void Set(const char* value) {
    if (value == nullptr) {
      unsetenv(name_);
    } else {
      setenv(name_, value, 1);
    }
  }
  const char* name_;
  std::optional<std::string> old_;
};

class RomTest : public ::testing::Test {
 protected:
  static std::string Original(const std::string& game) {
    return ReadFile(FindRom(game, "", StandardRomPlaces()));
  }
  fs::path Write(const std::string& name, const std::string& content) {
    fs::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name, std::ios::binary) << content;
    return directory_ / name;
  }
  std::string Refusal(const std::string& game, const fs::path& rom = {}) {
    const std::string refusal = RefusalOf([&] { FindRom(game, rom.string(), places_); });
    EXPECT_THAT(refusal, Not(HasSubstr("\n")));
    return refusal;
  }

  const TemporaryDirectory directory_;
  RomPlaces places_{{directory_.path()}, {"the test's directory"}};
};

TEST_F(RomTest, AcceptsARomFileOfAnyName) {
  const fs::path file = Write("my rom", Original("space_invaders"));
  EXPECT_EQ(FindRom("space_invaders", file.string(), places_), file);
}

TEST_F(RomTest, SearchesTheDirectoriesInOrder) {
  const fs::path in_second = Write("second/pong.bin", Original("pong"));
  places_.directories = {directory_ / "missing", directory_ / "first", directory_ / "second"};
  EXPECT_EQ(FindRom("pong", "", places_), in_second);
  const fs::path in_first = Write("first/pong.bin", Original("pong"));
  EXPECT_EQ(FindRom("pong", "", places_), in_first);
}

TEST_F(RomTest, TheVariableComesFirst) {
  const fs::path file = Write("pong.bin", Original("pong"));
  const ScopedVariable roms("ARCADEQ_ROMS", directory_.path().c_str());
  EXPECT_EQ(FindRom("pong", "", StandardRomPlaces()), file);
  EXPECT_NE(FindRom("breakout", "", StandardRomPlaces()).parent_path(), directory_.path())
      << "a ROM that is not there is found elsewhere";
}

TEST_F(RomTest, ThePythonPackageComesLast) {
  const fs::path file =
      Write("lib/python3.11/site-packages/ale_py/roms/pong.bin", Original("pong"));
  const ScopedVariable roms("ARCADEQ_ROMS", nullptr);
  const ScopedVariable venv("VIRTUAL_ENV", directory_.path().c_str());
  const RomPlaces places = StandardRomPlaces();
  ASSERT_GE(places.directories.size(), 2u);
  EXPECT_EQ(places.directories[1], file.parent_path());
  EXPECT_EQ(FindRom("pong", "", {{places.directories[1]}, {}}), file);
}

TEST_F(RomTest, NamesEveryPlaceTried) {
  {
    const ScopedVariable roms("ARCADEQ_ROMS", "/no/such/folder");
    places_ = StandardRomPlaces();
  }
  places_.directories.clear();
  EXPECT_THAT(Refusal("pong"),
              AllOf(HasSubstr("no pong.bin found"), HasSubstr("ARCADEQ_ROMS (/no/such/folder)"),
                    HasSubstr("deps/ale/roms"), HasSubstr("ale_py"), HasSubstr("/usr/lib"),
                    HasSubstr("--rom")));
  const ScopedVariable unset("ARCADEQ_ROMS", nullptr);
  EXPECT_THAT(StandardRomPlaces().tried[0], "ARCADEQ_ROMS (not set)");
}

TEST_F(RomTest, RefusesAnUnknownGameAndNamesTheNearest) {
  places_ = StandardRomPlaces();
  EXPECT_THAT(Refusal("SpaceInvaders"),
              AllOf(HasSubstr("unknown game 'SpaceInvaders'"), HasSubstr("space_invaders")));
  EXPECT_THAT(Refusal("cartpol"), HasSubstr("cartpole"));
  EXPECT_THAT(Refusal("SPACE_INVADERS"), HasSubstr("the nearest are space_invaders"));
  EXPECT_THAT(Refusal("Ms-Pacman"), HasSubstr("the nearest are ms_pacman"));
  EXPECT_THAT(Refusal("../roms/pong"), HasSubstr("unknown game"));
  EXPECT_THAT(Refusal(""), HasSubstr("unknown game"));
}

TEST_F(RomTest, RefusesMultiplayerGames) {
  places_ = StandardRomPlaces();
  for (const std::string game : {"combat", "joust", "maze_craze", "warlords"}) {
    EXPECT_TRUE(std::filesystem::exists(places_.directories.front() / (game + ".bin")) ||
                std::filesystem::exists(places_.directories.back() / (game + ".bin")));
    EXPECT_THAT(Refusal(game), HasSubstr(game + " is for two or more players"));
  }
}

TEST_F(RomTest, RefusesArchives) {
  const std::string rest(600'000, 'x');
  EXPECT_THAT(Refusal("pong", Write("a.zip", "PK\003\004 and so on")),
              HasSubstr("a.zip is a zip archive: unpack it"));
  EXPECT_THAT(Refusal("pong", Write("large.bin", "PK\003\004" + rest)), HasSubstr("zip archive"));
  EXPECT_THAT(Refusal("pong", Write("a.gz", "\x1f\x8b\x08 and so on")), HasSubstr("gzip archive"));
  EXPECT_THAT(Refusal("pong", Write("a.7z", "7z\xbc\xaf\x27\x1c")), HasSubstr("7z archive"));
  Write("pong.zip", "PK\003\004 and so on");
  EXPECT_THAT(Refusal("pong"), HasSubstr("pong.zip is a zip archive")) << "instead of pong.bin";
  Write("pong.bin", Original("pong"));
  EXPECT_EQ(Refusal("pong"), "");
}

TEST_F(RomTest, RefusesOtherFiles) {
  std::string damaged = Original("space_invaders");
  damaged[1000] ^= 1;
  EXPECT_THAT(Refusal("space_invaders", Write("damaged.bin", damaged)),
              AllOf(HasSubstr("damaged"), HasSubstr("72ffbef6504b75e69ee1045af9075f66")));
  EXPECT_THAT(Refusal("space_invaders", Write("short.bin", damaged.substr(0, 100))),
              HasSubstr("not a ROM that the emulator supports"));
  EXPECT_THAT(Refusal("space_invaders", Write("empty.bin", "")), HasSubstr("empty"));
  EXPECT_THAT(Refusal("space_invaders", directory_.path()), HasSubstr("no such file"));
  EXPECT_THAT(Refusal("space_invaders", directory_ / "missing.bin"), HasSubstr("no such file"));
  EXPECT_THAT(Refusal("space_invaders", Write("big.bin", std::string(600'000, 'x'))),
              HasSubstr("600000 bytes"));
  EXPECT_THAT(Refusal("space_invaders", Write("other.bin", Original("pong"))),
              HasSubstr("the ROM of pong, not of space_invaders; choose --game pong"));
  // By its name, ALE would take it for Breakout.
  EXPECT_THAT(Refusal("space_invaders", Write("breakout.bin", Original("space_invaders"))),
              HasSubstr("rename it to space_invaders.bin"));
}

TEST_F(RomTest, DoesNotSkipADamagedRom) {
  Write("pong.bin", "not a rom");
  places_.directories.push_back(FindRom("pong", "", StandardRomPlaces()).parent_path());
  EXPECT_THAT(Refusal("pong"), HasSubstr("not a ROM that the emulator supports"));
}

TEST_F(RomTest, ListsTheFirstFileOfEachGame) {
  EXPECT_TRUE(ListRoms(places_).empty());
  const fs::path pong = Write("first/pong.bin", Original("pong"));
  Write("second/pong.bin", "another");
  const fs::path invaders = Write("second/space_invaders.bin", Original("space_invaders"));
  Write("second/no_game.bin", "ignored");
  Write("second/combat.bin", "ignored, for two players");
  places_.directories = {directory_ / "missing", directory_ / "first", directory_ / "second"};

  const std::vector<RomFile> roms = ListRoms(places_);
  ASSERT_EQ(roms.size(), 2u);
  EXPECT_EQ(roms[0].game, "pong");
  EXPECT_EQ(roms[0].file, pong);
  EXPECT_EQ(roms[0].problem, "");
  EXPECT_EQ(roms[1].game, "space_invaders");
  EXPECT_EQ(roms[1].file, invaders);
  EXPECT_EQ(roms[1].md5, "72ffbef6504b75e69ee1045af9075f66");
}

TEST_F(RomTest, ListsADamagedRomWithItsProblem) {
  const fs::path pong = Write("pong.bin", "not a rom");
  const std::vector<RomFile> roms = ListRoms(places_);
  ASSERT_EQ(roms.size(), 1u);
  EXPECT_EQ(roms[0].md5, "");
  EXPECT_THAT(roms[0].problem,
              AllOf(HasSubstr(pong.string()), HasSubstr("not a ROM that the emulator supports"),
                    HasSubstr("MD5 is 67868e5696b8bdeeb92f4edcd50ff5ac"),
                    HasSubstr("60e0ea3cbe0913d39803477945e9e5ec")));
}

}  // namespace
}  // namespace arcadeq
