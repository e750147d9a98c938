// Parses a checkpoint's manifest, as it is and with a matching hash, which random changes would
// never produce.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "checkpoint/manifest.h"
#include "fuzz.h"

namespace {

void Parse(std::string_view text) {
  arcadeq::Manifest manifest;
  if (!arcadeq::fuzz::Accepts([&] { manifest = arcadeq::ParseManifest(text, "input"); })) return;
  arcadeq::fuzz::Require(arcadeq::FormatManifest(manifest) == text);
  for (const auto& [name, file] : manifest.files) {
    arcadeq::fuzz::Require(name.find('/') == std::string::npos && name != "..");
  }
}

// Replaces the hash at the end by the matching one.
std::string WithHash(const std::string& text) {
  arcadeq::Hash hash;
  hash.Add(std::string_view(text + "\n}\n"));
  return text + ",\n \"manifest_hash\": \"" + arcadeq::HashText(hash.value()) + "\"\n}\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Parse(text);
  Parse(WithHash(std::string(text)));
  return 0;
}
