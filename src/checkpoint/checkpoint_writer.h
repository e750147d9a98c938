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

// Writes one checkpoint: into step_N.partial/, every file flushed to the disk, the manifest last,
// then renamed. A process that is killed at any moment, or a machine that stops, leaves either the
// whole checkpoint or the ones before it.
//
// Every failure (a full disk, a broken one, a quota) removes what was written, leaves the
// checkpoints before as they were, and throws UserError; the writer is of no use afterwards. So is
// one that has committed.
//
// Used by one thread at a time, which need not be the one that made it: a checkpoint can be written
// in the background.
class CheckpointWriter {
 public:
  using Link = int (*)(const char*, const char*);

  // Makes the directories, and removes what an earlier process left unfinished. `previous` is the
  // checkpoint that the run goes on from, the one it wrote last or was resumed from: new ones link
  // to its files. `link` is another function only in tests.
  CheckpointWriter(std::filesystem::path directory, CheckpointInfo info,
                   std::optional<Checkpoint> previous, Link link = ::link);
  // Removes what was written, if it has not been committed.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  // A new file, written from its beginning to its end through a buffer of 1 MiB.
  class File {
   public:
    // Drops the file if it has not been closed.
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void Write(std::span<const std::byte> bytes);
    // Flushes to the disk, and adds the file to the checkpoint.
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

  // The writer must outlive the file. A name is used once in a checkpoint.
  File AddFile(const std::string& name);
  // A whole file from memory.
  FileEntry AddBytes(const std::string& name, std::span<const std::byte> bytes);
  // Adds a file that the previous checkpoint holds with the same content, at no cost: by a hard
  // link, or by a copy where the file system has no links. False if the previous checkpoint has no
  // such file, or has lost it: add it as a new one then. A link is not read: where the disk damages
  // a file, every checkpoint that shares it is damaged.
  bool AddFromPrevious(const FileEntry& file);

  // Nothing may be open. Afterwards the checkpoint is there for good, and those that `retention`
  // does not keep are removed; `messages` gains a line for each that could not be.
  Checkpoint Commit(const Retention& retention, std::vector<std::string>& messages);

 private:
  std::filesystem::path FinalPath() const;
  // Both throw std::logic_error: after the end, or for a name that cannot be used.
  void RequireUse() const;
  void CheckName(const std::string& name) const;
  // Copies `file` from `source`; false if it cannot be read or has changed.
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
