#pragma once

#include <filesystem>

#include "record/output_file.h"
#include "record/tensorboard_event.pb.h"

namespace arcadeq {

// One event file of TensorBoard: events.out.tfevents.TIME.HOST.PROCESS in a folder. Each event is a
// record: its length (8 bytes, little-endian), the masked CRC-32C of these, its bytes, and the
// masked CRC-32C of those (TensorFlow's TFRecord). Throws UserError if it cannot be written.
class EventFile {
 public:
  // Makes the folder where there is none, and begins the file with the version of the format.
  explicit EventFile(const std::filesystem::path& directory);

  // Stamped with the time of the call.
  void Write(tensorboard::Event event);
  void Flush() { file_.Flush(); }

 private:
  OutputFile file_;
};

}  // namespace arcadeq
