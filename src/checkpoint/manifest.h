#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace arcadeq {

inline constexpr const char* kManifestFile = "manifest.json";
// A file takes about 90 bytes, and the largest replay that the settings allow has 100,000 segments.
inline constexpr std::size_t kMaxManifestBytes = 16 << 20;

struct CheckpointInfo {
  std::int64_t step = 0;            // >= 0
  std::string game;                 // UTF-8
  std::string program_version;      // UTF-8
  std::uint64_t settings_hash = 0;  // of the settings that must not change in a run
  bool operator==(const CheckpointInfo&) const = default;
};

// Identifies a file of a checkpoint: equal name, size and hash mean the same file.
struct FileEntry {
  std::string name;
  std::uint64_t size = 0;  // bytes
  std::uint64_t hash = 0;  // of the content, as base/hash.h
  bool operator==(const FileEntry&) const = default;
};

// The contents of a checkpoint.
struct Manifest {
  CheckpointInfo info;
  std::map<std::string, FileEntry> files;  // by name
  bool operator==(const Manifest&) const = default;
};

// Whether the name is safe on any system: at most 200 letters, digits, '.', '_' and '-', no leading
// '.', and not the manifest's own name.
bool IsCheckpointFileName(std::string_view name);

// JSON that ends with its own hash. Equal manifests have equal texts.
std::string FormatManifest(const Manifest& manifest);

// Accepts only what FormatManifest() writes, byte for byte. Throws UserError, naming `origin`, for
// anything else; the message says so if the text has another version of the format.
Manifest ParseManifest(std::string_view text, const std::string& origin);

}  // namespace arcadeq
