#include "checkpoint/checkpoint_reader.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_file.h"
#include "checkpoint/manifest.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

Manifest ReadManifest(const fs::path& path) {
  PlainFile file(path);
  if (file.size > kMaxManifestBytes) {
    ThrowUserError("{} is damaged: {} bytes exceed the limit", path.string(), file.size);
  }
  std::string text(file.size, '\0');
  std::size_t got = 0;
  const int error =
      ReadAll(file.file.get(), std::as_writable_bytes(std::span(text.data(), text.size())), got);
  if (error != 0) ThrowSystemError("read", path, error);
  return ParseManifest(std::string_view(text).substr(0, got), path.string());
}

void ReportUnknownFiles(const Checkpoint& checkpoint, std::vector<std::string>& messages) {
  std::error_code error;
  fs::directory_iterator it(checkpoint.path, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename();
    if (name != kManifestFile && !checkpoint.manifest.files.contains(name)) {
      messages.push_back(
          fmt::format("{} does not belong to the checkpoint; ignoring it", it->path().string()));
    }
  }
}

// Returns what is wrong with the checkpoint; empty if it was opened.
std::string TryOpen(const fs::path& path, std::int64_t step,
                    std::optional<CheckpointReader>& reader, std::vector<std::string>& messages) {
  try {
    CheckpointReader opened = CheckpointReader::Open(path, messages);
    if (opened.info().step != step) {
      return fmt::format("{} holds a checkpoint of step {}", path.string(), opened.info().step);
    }
    reader = std::move(opened);
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

}  // namespace

CheckpointReader CheckpointReader::Open(const fs::path& path, std::vector<std::string>& messages) {
  CheckpointReader reader({path, ReadManifest(path / kManifestFile)});
  for (const auto& [name, entry] : reader.checkpoint_.manifest.files) {
    CheckpointFileReader(path / name, entry).Verify();
  }
  ReportUnknownFiles(reader.checkpoint_, messages);
  return reader;
}

CheckpointReader CheckpointReader::OpenNewest(const fs::path& directory,
                                              std::vector<std::string>& messages) {
  std::optional<CheckpointReader> reader;
  std::string newest_fault;
  const std::vector<std::int64_t> steps = ListCheckpoints(directory);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const std::string fault = TryOpen(directory / CheckpointName(*step), *step, reader, messages);
    if (reader) return *std::move(reader);
    messages.push_back(fault);
    if (newest_fault.empty()) newest_fault = fault;
  }
  if (newest_fault.empty()) ThrowUserError("no checkpoint in {}", directory.string());
  ThrowUserError("no good checkpoint in {}; the newest: {}", directory.string(), newest_fault);
}

const FileEntry& CheckpointReader::Entry(const std::string& name) const {
  const auto found = checkpoint_.manifest.files.find(name);
  if (found == checkpoint_.manifest.files.end()) {
    ThrowUserError("{} has no file {}", checkpoint_.path.string(), name);
  }
  return found->second;
}

CheckpointFileReader CheckpointReader::OpenFile(const std::string& name) const {
  return CheckpointFileReader(checkpoint_.path / name, Entry(name));
}

std::vector<std::byte> CheckpointReader::Read(const std::string& name,
                                              std::uint64_t max_bytes) const {
  CheckpointFileReader file = OpenFile(name);
  if (file.remaining() > max_bytes) {
    ThrowUserError("{} is damaged: it has {} bytes, more than {}",
                   (checkpoint_.path / name).string(), file.remaining(), max_bytes);
  }
  std::vector<std::byte> bytes(file.remaining());
  file.Read(bytes);
  return bytes;
}

void CheckpointReader::ReadInto(const std::string& name, std::span<std::byte> bytes) const {
  CheckpointFileReader file = OpenFile(name);
  if (file.remaining() != bytes.size()) {
    ThrowUserError("{} is damaged: it has {} bytes, expected {}",
                   (checkpoint_.path / name).string(), file.remaining(), bytes.size());
  }
  file.Read(bytes);
}

}  // namespace arcadeq
