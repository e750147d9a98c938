#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_file.h"
#include "checkpoint/manifest.h"

namespace arcadeq {

// A verified checkpoint: its manifest and the size and hash of every file have been checked.
// Reading a file checks it once more. All functions throw UserError, naming the file, if something
// is wrong.
class CheckpointReader {
 public:
  // Opens the checkpoint in the directory `path`. Appends a line to `messages` for each file that
  // the manifest does not name; such files do no harm.
  static CheckpointReader Open(const std::filesystem::path& path,
                               std::vector<std::string>& messages);

  // Opens the newest good checkpoint of a run. Appends a line to `messages` for each newer one,
  // saying how it is damaged. Throws UserError if there is no good one.
  static CheckpointReader OpenNewest(const std::filesystem::path& directory,
                                     std::vector<std::string>& messages);

  const Checkpoint& checkpoint() const { return checkpoint_; }
  const CheckpointInfo& info() const { return checkpoint_.manifest.info; }

  // The functions below throw UserError if the checkpoint has no file of this name.
  const FileEntry& Entry(const std::string& name) const;
  CheckpointFileReader OpenFile(const std::string& name) const;
  // Reads the whole file; throws UserError if it is larger than `max_bytes`.
  std::vector<std::byte> Read(const std::string& name, std::uint64_t max_bytes) const;
  // Reads the whole file into `bytes`; throws UserError if the sizes differ.
  void ReadInto(const std::string& name, std::span<std::byte> bytes) const;

 private:
  explicit CheckpointReader(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

  Checkpoint checkpoint_;
};

}  // namespace arcadeq
