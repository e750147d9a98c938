// A game's name and a supposed ROM of it. Only the true ROM of that game is accepted, hence nothing
// that a fuzzer produces.

#include <cstddef>
#include <cstdint>
#include <string>

#include "env/rom.h"
#include "fuzz.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  arcadeq::fuzz::Input input(data, size);
  const bool by_name = input.Byte() % 2 == 1;
  const std::string game(by_name ? input.Text(input.Byte() % 32) : "pong");
  const arcadeq::fuzz::MemoryFile file(input.Rest());
  arcadeq::fuzz::Require(
      !arcadeq::fuzz::Accepts([&] { arcadeq::FindRom(game, file.path(), arcadeq::RomPlaces()); }));
  return 0;
}
