#include "record/event_file.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
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

constexpr std::string_view kPrefix = "events.out.tfevents.";

// TensorBoard reads the files of a folder in the order of their names.
std::filesystem::path NewFile(const std::filesystem::path& directory) {
  MakeDirectories(directory);
  auto seconds = static_cast<std::int64_t>(SecondsSince1970());
  for (const std::string& name : ListEventFiles(directory)) {
    std::int64_t time = 0;  // stays so where there is no number
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), time);
    seconds = std::max(seconds, time + 1);
  }
  return directory / fmt::format("{}{:010}.{}.{}", kPrefix, seconds, HostName(), getpid());
}

template <typename Integer>
void AppendLittleEndian(std::string& bytes, Integer value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes += static_cast<char>(value >> (8 * i));
}

template <typename Integer>
Integer ReadLittleEndian(std::string_view bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(value); ++i) {
    value |= static_cast<Integer>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

// The length of the record at the beginning of `bytes`; 0 if it is not whole and good.
std::size_t RecordLength(std::string_view bytes) {
  constexpr std::size_t kHead = 12, kTail = 4;
  if (bytes.size() < kHead + kTail) return 0;
  const auto payload = ReadLittleEndian<std::uint64_t>(bytes);
  if (ReadLittleEndian<std::uint32_t>(bytes.substr(8)) != MaskedCrc32c(bytes.substr(0, 8)))
    return 0;
  if (payload > bytes.size() - kHead - kTail) return 0;
  const auto crc = ReadLittleEndian<std::uint32_t>(bytes.substr(kHead + payload));
  return crc == MaskedCrc32c(bytes.substr(kHead, payload)) ? kHead + payload + kTail : 0;
}

}  // namespace

std::vector<std::string> ListEventFiles(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix)) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

void CheckEventFile(const std::filesystem::path& file, std::uint64_t size) {
  const std::string content = ReadWritten(file, size);
  std::string_view rest = content;
  while (!rest.empty()) {
    const std::size_t length = RecordLength(rest);
    if (length == 0) {
      ThrowUserError("{} is damaged at byte {}", file.string(), size - rest.size());
    }
    rest.remove_prefix(length);
  }
}

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
