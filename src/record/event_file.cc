#include "record/event_file.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "record/crc32c.h"

namespace arcadeq {
namespace {

double SecondsSince1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

std::filesystem::path NewFile(const std::filesystem::path& directory) {
  MakeDirectories(directory);
  return directory / fmt::format("events.out.tfevents.{:010}.{}.{}",
                                 static_cast<std::int64_t>(SecondsSince1970()), HostName(),
                                 getpid());
}

template <typename Integer>
void AppendLittleEndian(std::string& bytes, Integer value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes += static_cast<char>(value >> (8 * i));
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& directory) : file_(NewFile(directory)) {
  tensorboard::Event version;
  version.set_file_version("brain.Event:2");
  Write(std::move(version));
  Flush();
}

void EventFile::Write(tensorboard::Event event) {
  event.set_wall_time(SecondsSince1970());
  const std::string payload = event.SerializeAsString();
  std::string record;
  AppendLittleEndian(record, static_cast<std::uint64_t>(payload.size()));
  AppendLittleEndian(record, MaskedCrc32c(record));
  record += payload;
  AppendLittleEndian(record, MaskedCrc32c(payload));
  file_.Write(record);
}

}  // namespace arcadeq
