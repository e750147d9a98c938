#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace arcadeq {

inline constexpr const char* kManifestFile = "manifest.json";
// A file takes about 90, and the largest replay that the settings allow has 100,000 segments.
inline constexpr std::size_t kMaxManifestBytes = 16 << 20;

struct CheckpointInfo {
  std::int64_t step = 0;            // >= 0
  std::string game;                 // UTF-8
  std::string program_version;      // UTF-8
  std::uint64_t settings_hash = 0;  // of the settings that may not change in a run
  bool operator==(const CheckpointInfo&) const = default;
};

// What a file of a checkpoint is: two with the same name, size and hash are the same file.
struct FileEntry {
  std::string name;
  std::uint64_t size = 0;  // bytes
  std::uint64_t hash = 0;  // of the content, as base/hash.h
  bool operator==(const FileEntry&) const = default;
};

// What a checkpoint holds.
struct Manifest {
  CheckpointInfo info;
  std::map<std::string, FileEntry> files;  // by name
  bool operator==(const Manifest&) const = default;
};

// A name that stays within its directory on any system: letters, digits, '.', '_' and '-', at most
// 200 of them, no '.' in front, not the manifest's own.
bool IsCheckpointFileName(std::string_view name);

// JSON that ends with the hash of itself. Equal manifests have equal texts.
std::string FormatManifest(const Manifest& manifest);

// Accepts nothing but what FormatManifest() makes, byte for byte. Throws UserError that names
// `origin` for anything else, and says so if it comes from a newer version of the format.
Manifest ParseManifest(std::string_view text, const std::string& origin);

}  // namespace arcadeq
