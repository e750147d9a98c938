#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/output_file.h"

namespace arcadeq {

namespace tensorboard {
class Event;  // tensorboard_event.pb.h
}

// One TensorBoard event file: events.out.tfevents.TIME.HOST.PROCESS in a folder, with one record
// (tfrecord.h) per event. Throws UserError if it cannot be written.
class EventFile {
 public:
  // Creates the folder if necessary, and the file with the version of the format. The file's name
  // sorts after those of all event files in the folder.
  explicit EventFile(const std::filesystem::path& directory);

  // Stamped with the time of the call.
  void Write(tensorboard::Event event);
  void Flush() { file_.Flush(); }
  void Sync() { file_.Sync(); }

  std::string name() const { return file_.path().filename().string(); }
  // In bytes, a whole number of records; see OutputFile.
  std::uint64_t flushed_size() const { return file_.flushed_size(); }

 private:
  OutputFile file_;
};

// The names of the event files in a folder, in the order in which TensorBoard reads them. Throws
// UserError if the folder cannot be read.
std::vector<std::string> ListEventFiles(const std::filesystem::path& directory);

// Whether EventFile, on any host, could have given the file this name. Files of other programs, and
// copies, usually have other names.
bool IsOwnEventFile(std::string_view name);

// The host in such a name: the machine that wrote the file. Empty for any other name.
std::string_view HostOfEventFile(std::string_view name);

// Throws UserError unless the first `size` bytes of the file are whole records, checksums and all.
void CheckEventFile(const std::filesystem::path& file, std::uint64_t size);

}  // namespace arcadeq
