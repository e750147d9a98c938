#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/checkpoint_writer.h"

namespace arcadeq::testing {

inline std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

inline std::string ReadText(const CheckpointReader& reader, const std::string& name) {
  const std::vector<std::byte> bytes = reader.Read(name, 1 << 30);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Content that identifies its name and number and is long enough for several writes.
inline std::string Content(const std::string& name, std::int64_t number, std::size_t size) {
  std::string content;
  while (content.size() < size) content += name + std::to_string(number) + "/";
  content.resize(size);
  return content;
}

// Writes a checkpoint whose files are determined by its step: two segments, shared with the
// previous checkpoint if possible, and a state.
inline Checkpoint WriteSample(const std::filesystem::path& directory, std::int64_t step,
                              const std::optional<Checkpoint>& previous,
                              const Retention& retention = {}, std::size_t size = 30'000) {
  CheckpointWriter writer(directory, {step, "catch", "1.2.3", 42}, previous);
  for (std::int64_t number = step - 1; number <= step; ++number) {
    const std::string name = "segment_" + std::to_string(number);
    if (previous && previous->manifest.files.contains(name) &&
        writer.AddFromPrevious(previous->manifest.files.at(name))) {
      continue;
    }
    const std::string content = Content(name, number, size);
    auto file = writer.AddFile(name);
    file.Write(Bytes(content).first(size / 3));
    file.Write(Bytes(content).subspan(size / 3));
    file.Close();
  }
  writer.AddBytes("state", Bytes(Content("state", step, 200)));
  std::vector<std::string> messages;
  return writer.Commit(retention, messages);
}

// Whether every file is as WriteSample() wrote it.
inline bool IsSample(const CheckpointReader& reader, std::size_t size = 30'000) {
  const std::int64_t step = reader.info().step;
  if (reader.checkpoint().manifest.files.size() != 3) return false;
  for (std::int64_t number = step - 1; number <= step; ++number) {
    const std::string name = "segment_" + std::to_string(number);
    if (ReadText(reader, name) != Content(name, number, size)) return false;
  }
  return ReadText(reader, "state") == Content("state", step, 200);
}

}  // namespace arcadeq::testing
