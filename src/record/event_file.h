#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "record/output_file.h"
#include "record/tensorboard_event.pb.h"

namespace arcadeq {

// One event file of TensorBoard: events.out.tfevents.TIME.HOST.PROCESS in a folder, a record
// (tfrecord.h) for each event. Throws UserError if it cannot be written.
class EventFile {
 public:
  // Makes the folder where there is none, and begins the file with the version of the format. The
  // file's name is one that no event file there has, and comes after all of theirs.
  explicit EventFile(const std::filesystem::path& directory);

  // Stamped with the time of the call.
  void Write(tensorboard::Event event);
  void Flush() { file_.Flush(); }
  void Sync() { file_.Sync(); }

  std::string name() const { return file_.path().filename().string(); }
  // Bytes of whole records; see OutputFile.
  std::uint64_t flushed_size() const { return file_.flushed_size(); }

 private:
  OutputFile file_;
};

// The names of the event files in a folder, in the order in which TensorBoard reads them. Throws
// UserError if the folder cannot be read.
std::vector<std::string> ListEventFiles(const std::filesystem::path& directory);

// Whether EventFile gives such names, on some host: other programs' files, and copies that somebody
// keeps, are mostly named in another way.
bool IsOwnEventFile(std::string_view name);

// Throws UserError unless the first `size` bytes of the file are whole records, checksums and all.
void CheckEventFile(const std::filesystem::path& file, std::uint64_t size);

}  // namespace arcadeq
