// A game's name and a file that is said to be its ROM. Only the one ROM of that game is accepted,
// so nothing that a fuzzer makes.

#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "env/rom.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  arcadeq::fuzz::Input input(data, size);
  const bool by_name = input.Byte() % 2 == 1;
  const std::string game(by_name ? input.Text(input.Byte() % 32) : "pong");
  const std::string_view content = input.Rest();
  const int file = memfd_create("rom", MFD_CLOEXEC);
  arcadeq::fuzz::Require(file >= 0);
  arcadeq::WriteAll(file, std::as_bytes(std::span(content)));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  arcadeq::fuzz::Require(
      !arcadeq::fuzz::Accepts([&] { arcadeq::FindRom(game, path, arcadeq::RomPlaces()); }));
  close(file);
  return 0;
}
