// Opens a directory of checkpoints whose files are damaged or do not match their manifests. An
// opened checkpoint must contain exactly what its manifest says.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/testing/temporary_directory.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/manifest.h"
#include "fuzz.h"

namespace {

namespace fs = std::filesystem;
using arcadeq::fuzz::Accepts;
using arcadeq::fuzz::Input;
using arcadeq::fuzz::Require;

constexpr std::uint64_t kMaxBytes = 1 << 16;

std::uint64_t HashOf(std::string_view content) {
  arcadeq::Hash hash;
  hash.Add(content);
  return hash.value();
}

void Write(const fs::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

// The input's bits select the faults, if any; its bytes are the files.
void MakeCheckpoint(const fs::path& directory, Input& input) {
  arcadeq::Manifest manifest{{input.Byte() & 3, "catch", "1", 0}, {}};
  const fs::path path = directory / arcadeq::CheckpointName(input.Byte() & 3);
  if (!fs::create_directories(path)) return;
  for (const char* name : {"a", "b"}) {
    const std::uint8_t fault = input.Byte();
    const std::string_view content = input.Text(input.Byte());
    arcadeq::FileEntry entry{name, content.size(), HashOf(content)};
    if (fault & 1) entry.size ^= std::uint64_t{1} << (fault >> 2);
    if (fault & 2) entry.hash ^= std::uint64_t{1} << (fault >> 2);
    manifest.files.emplace(name, entry);
    Write(path / (fault == 0xfc ? "c" : name), content);
  }
  std::string text = FormatManifest(manifest);
  const std::size_t at = input.Short();
  if (at < text.size()) text[at] = static_cast<char>(text[at] ^ input.Byte());
  Write(path / arcadeq::kManifestFile, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const arcadeq::TemporaryDirectory directory;
  while (!input.empty()) MakeCheckpoint(directory.path(), input);
  std::optional<arcadeq::CheckpointReader> reader;
  std::vector<std::string> messages;
  const bool accepted =
      Accepts([&] { reader = arcadeq::CheckpointReader::OpenNewest(directory.path(), messages); });
  if (!accepted || !reader) return 0;
  for (const auto& [name, entry] : reader->checkpoint().manifest.files) {
    const std::vector<std::byte> bytes = reader->Read(name, kMaxBytes);
    const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    Require(content.size() == entry.size && HashOf(content) == entry.hash);
  }
  return 0;
}
