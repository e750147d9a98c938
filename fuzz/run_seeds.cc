// Runs a fuzz target without libFuzzer on every file in the given folders, so that every build,
// whatever its compiler, tests the seeds and former findings.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "fuzz.h"

int main(int argc, char** argv) {
  int seeds = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const std::string seed = arcadeq::ReadFile(entry.path());
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size());
      ++seeds;
    }
  }
  std::printf("%d seeds\n", seeds);
  return seeds > 0 ? 0 : 1;
}
