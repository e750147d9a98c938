// A fuzz target without libFuzzer: runs it on every file of the folders that are named, so that
// each build, whatever its compiler, has the seeds and former findings as a test.

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
