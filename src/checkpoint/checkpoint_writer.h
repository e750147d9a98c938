#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/hash.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/manifest.h"

namespace arcadeq {

// Writes one checkpoint: into step_N.partial/, with every file flushed to disk and the manifest
// last, and then renames it. Whenever the process is killed or the machine stops, either the whole
// checkpoint exists or only the previous ones do.
//
// Every failure (a full disk, a broken one, a quota) removes what was written, leaves the previous
// checkpoints intact, and throws UserError. The writer is unusable after a failure and after
// Commit().
//
// Used by one thread at a time, not necessarily the one that created it: a checkpoint can be
// written in the background.
class CheckpointWriter {
 public:
  using Link = int (*)(const char*, const char*);

  // Creates the directories and removes unfinished checkpoints of earlier processes. `previous` is
  // the checkpoint that the run last wrote or was resumed from; new ones link to its files. Only
  // tests replace `link`.
  CheckpointWriter(std::filesystem::path directory, CheckpointInfo info,
                   std::optional<Checkpoint> previous, Link link = ::link);
  // Removes what was written unless it was committed.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  // A new file, written sequentially through a buffer of 1 MiB.
  class File {
   public:
    // Drops the file unless it was closed.
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void Write(std::span<const std::byte> bytes);
    // Flushes the file to disk and adds it to the checkpoint.
    FileEntry Close();

   private:
    friend class CheckpointWriter;
    File(CheckpointWriter& writer, const std::string& name);
    void WriteBuffer();
    [[noreturn]] void Fail(int error);

    CheckpointWriter& writer_;
    FileEntry entry_;
    FileDescriptor file_;
    Hash hash_;
    std::vector<std::byte> buffer_;
  };

  // The writer must outlive the file. Names must be unique within a checkpoint.
  File AddFile(const std::string& name);
  // Adds a whole file from memory.
  FileEntry AddBytes(const std::string& name, std::span<const std::byte> bytes);
  // Adds a file that the previous checkpoint has with the same content, at no cost: by a hard link,
  // or by a copy if the file system has no links. Returns false if the previous checkpoint has no
  // such file or has lost it; then add it as a new file. Linking does not read the file: if the
  // disk damages it, every checkpoint that shares it is damaged.
  bool AddFromPrevious(const FileEntry& file);

  // Completes the checkpoint and removes those that `retention` does not keep; appends a line to
  // `messages` for each that cannot be removed. No file may be open.
  Checkpoint Commit(const Retention& retention, std::vector<std::string>& messages);

 private:
  std::filesystem::path FinalPath() const;
  // Throw std::logic_error after Commit() or a failure, and for an invalid or duplicate name.
  void RequireUse() const;
  void CheckName(const std::string& name) const;
  // Copies `file` from `source`; returns false if it cannot be read or has changed.
  bool Copy(const std::filesystem::path& source, const FileEntry& file);
  void Publish();
  void RemovePartial() noexcept;
  [[noreturn]] void Fail(const std::string& name, int error);

  std::filesystem::path directory_;
  std::filesystem::path partial_;
  Manifest manifest_;
  std::optional<Checkpoint> previous_;
  Link link_;
  bool ended_ = false;
};

}  // namespace arcadeq
