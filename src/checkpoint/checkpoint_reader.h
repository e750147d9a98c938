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

namespace arcadeq {

// A checkpoint that has been checked: its manifest, and the size and hash of every file. What is
// read from it is checked once more on its way. Throws UserError, naming the file, for everything
// that is not as it must be.
class CheckpointReader {
 public:
  // The checkpoint in the directory `path`. `messages` gains a line for what is odd but harms
  // nothing: files that the manifest does not name.
  static CheckpointReader Open(const std::filesystem::path& path,
                               std::vector<std::string>& messages);

  // The newest good one of a run's checkpoints; `messages` gains a line for each newer one that is
  // damaged, saying how. Throws UserError if there is none.
  static CheckpointReader OpenNewest(const std::filesystem::path& directory,
                                     std::vector<std::string>& messages);

  const Checkpoint& checkpoint() const { return checkpoint_; }
  const CheckpointInfo& info() const { return checkpoint_.manifest.info; }

  // The functions below throw UserError if the checkpoint holds no file of this name.
  const FileEntry& Entry(const std::string& name) const;
  CheckpointFileReader OpenFile(const std::string& name) const;
  // The whole file; refused if it is larger than `max_bytes`.
  std::vector<std::byte> Read(const std::string& name, std::uint64_t max_bytes) const;
  // The whole file into memory that is there already; refused if the sizes differ.
  void ReadInto(const std::string& name, std::span<std::byte> bytes) const;

 private:
  explicit CheckpointReader(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

  Checkpoint checkpoint_;
};

}  // namespace arcadeq
