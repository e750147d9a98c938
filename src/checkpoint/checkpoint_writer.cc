#include "checkpoint/checkpoint_writer.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/file_descriptor.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/manifest.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = 1 << 20;

}  // namespace

CheckpointWriter::CheckpointWriter(fs::path directory, CheckpointInfo info,
                                   std::optional<Checkpoint> previous, Link link)
    : directory_(std::move(directory)),
      partial_(directory_ / (CheckpointName(info.step) + kPartialSuffix)),
      manifest_{std::move(info), {}},
      previous_(std::move(previous)),
      link_(link) {
  MakeDirectories(directory_);
  RemovePartialCheckpoints(directory_);
  if (::mkdir(partial_.c_str(), 0777) != 0) Fail("", errno);
}

CheckpointWriter::~CheckpointWriter() {
  if (!ended_) RemovePartial();
}

CheckpointWriter::File CheckpointWriter::AddFile(const std::string& name) {
  return File(*this, name);
}

FileEntry CheckpointWriter::AddBytes(const std::string& name, std::span<const std::byte> bytes) {
  File file(*this, name);
  file.Write(bytes);
  return file.Close();
}

bool CheckpointWriter::AddFromPrevious(const FileEntry& file) {
  CheckName(file.name);
  if (!previous_) return false;
  const auto found = previous_->manifest.files.find(file.name);
  if (found == previous_->manifest.files.end() || found->second != file) return false;
  const fs::path from = previous_->path / file.name;
  struct stat status {};
  if (::lstat(from.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      static_cast<std::uint64_t>(status.st_size) != file.size) {
    return false;
  }
  // Some file systems have no links, and others limit their number.
  if (link_(from.c_str(), (partial_ / file.name).c_str()) != 0) return Copy(from, file);
  manifest_.files.emplace(file.name, file);
  return true;
}

bool CheckpointWriter::Copy(const fs::path& source, const FileEntry& file) {
  const FileDescriptor original(source, O_RDONLY);
  if (original.get() < 0) return false;
  std::vector<std::byte> piece(kBufferBytes);
  File copy(*this, file.name);
  for (std::size_t got = piece.size(); got == piece.size();) {
    if (ReadAll(original.get(), piece, got) != 0) return false;
    copy.Write(std::span(piece).first(got));
  }
  if (copy.entry_.size != file.size || copy.hash_.value() != file.hash) return false;
  copy.Close();
  return true;
}

Checkpoint CheckpointWriter::Commit(const Retention& retention,
                                    std::vector<std::string>& messages) {
  RequireUse();
  const std::string name = kManifestFile;
  const std::string manifest = FormatManifest(manifest_);
  if (manifest.size() > kMaxManifestBytes) Fail(name, EFBIG);
  {
    FileDescriptor file(partial_ / name, O_WRONLY | O_CREAT | O_EXCL);
    int error = file.get() < 0 ? errno : 0;
    if (error == 0) error = WriteAll(file.get(), std::as_bytes(std::span(manifest)));
    if (error == 0) error = FlushFile(file.get());
    if (error == 0) error = file.Close();
    if (error == 0) error = FlushDirectory(partial_);
    if (error != 0) Fail(name, error);
  }
  Publish();
  const std::int64_t step = manifest_.info.step;
  const auto previous = previous_ ? std::optional(previous_->manifest.info.step) : std::nullopt;
  for (const std::int64_t old :
       StepsToRemove(ListCheckpoints(directory_), step, previous, retention)) {
    try {
      RemoveCheckpoint(directory_, old);
    } catch (const UserError& error) {
      messages.emplace_back(error.what());
    }
  }
  return {FinalPath(), std::move(manifest_)};
}

// Gives the checkpoint its name. Atomically replaces one of the same step, which a resumed run may
// write again.
void CheckpointWriter::Publish() {
  const fs::path path = FinalPath();
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0) {
      fs::remove_all(path, ignored);  // the file system cannot exchange names
      if (::rename(partial_.c_str(), path.c_str()) != 0) Fail("", errno);
    }
  } else if (::rename(partial_.c_str(), path.c_str()) != 0) {
    Fail("", errno);
  }
  ended_ = true;
  const int error = FlushDirectory(directory_);
  RemovePartial();  // the replaced one, which must lose its name on disk before its files
  if (error != 0) Fail("", error);
}

fs::path CheckpointWriter::FinalPath() const {
  return directory_ / CheckpointName(manifest_.info.step);
}

void CheckpointWriter::RequireUse() const {
  if (ended_) throw std::logic_error("CheckpointWriter: used after commit or failure");
}

void CheckpointWriter::CheckName(const std::string& name) const {
  RequireUse();
  if (!IsCheckpointFileName(name) || manifest_.files.contains(name)) {
    throw std::logic_error("CheckpointWriter: bad or duplicate name: " + name);
  }
}

void CheckpointWriter::RemovePartial() noexcept {
  std::error_code ignored;
  fs::remove_all(partial_, ignored);
}

void CheckpointWriter::Fail(const std::string& name, int error) {
  if (!std::exchange(ended_, true)) RemovePartial();
  ThrowUserError("cannot write the checkpoint {}: {}; the previous ones are intact",
                 (name.empty() ? FinalPath() : FinalPath() / name).string(),
                 std::generic_category().message(error));
}

CheckpointWriter::File::File(CheckpointWriter& writer, const std::string& name)
    : writer_((writer.CheckName(name), writer)),
      entry_{name, 0, 0},
      file_(writer.partial_ / name, O_WRONLY | O_CREAT | O_EXCL) {
  if (file_.get() < 0) Fail(errno);
  buffer_.reserve(kBufferBytes);
}

CheckpointWriter::File::~File() {
  if (file_.get() >= 0) ::unlink((writer_.partial_ / entry_.name).c_str());
}

void CheckpointWriter::File::Write(std::span<const std::byte> bytes) {
  hash_.Add(bytes);
  entry_.size += bytes.size();
  if (buffer_.size() + bytes.size() > kBufferBytes) WriteBuffer();
  if (bytes.size() < kBufferBytes) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  } else if (const int error = WriteAll(file_.get(), bytes)) {
    Fail(error);
  }
}

FileEntry CheckpointWriter::File::Close() {
  WriteBuffer();
  if (const int error = FlushFile(file_.get())) Fail(error);
  if (const int error = file_.Close()) Fail(error);
  entry_.hash = hash_.value();
  writer_.manifest_.files.emplace(entry_.name, entry_);
  return entry_;
}

void CheckpointWriter::File::WriteBuffer() {
  if (const int error = WriteAll(file_.get(), buffer_)) Fail(error);
  buffer_.clear();
}

void CheckpointWriter::File::Fail(int error) {
  file_.Close();
  writer_.Fail(entry_.name, error);
}

}  // namespace arcadeq
