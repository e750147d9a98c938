#include "record/event_file.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/output_file.h"
#include "record/tensorboard_event.pb.h"
#include "record/tfrecord.h"

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
constexpr std::int64_t kLastTime = 9'999'999'999;  // the largest whose files still sort by name

// TensorBoard reads the files of a folder in the order of their names.
std::filesystem::path NewFile(const std::filesystem::path& directory) {
  MakeDirectories(directory);
  auto seconds = static_cast<std::int64_t>(SecondsSince1970());
  for (const std::string& name : ListEventFiles(directory)) {
    std::int64_t time = 0;  // if there is no number
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), time);
    if (time < kLastTime) seconds = std::max(seconds, time + 1);
  }
  return directory / fmt::format("{}{:010}.{}.{}", kPrefix, seconds, HostName(), getpid());
}

}  // namespace

std::vector<std::string> ListEventFiles(const std::filesystem::path& directory) {
  std::vector<std::string> names = ListDirectory(directory);
  std::erase_if(names, [](const std::string& name) { return !name.starts_with(kPrefix); });
  return names;
}

bool IsOwnEventFile(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789";
  if (!name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  const std::size_t time_end = name.find('.'), host_end = name.rfind('.');
  return time_end == 10 && name.find_first_not_of(kDigits) == time_end && host_end > time_end + 1 &&
         host_end + 1 < name.size() &&
         name.find_first_not_of(kDigits, host_end + 1) == std::string_view::npos;
}

std::string_view HostOfEventFile(std::string_view name) {
  if (!IsOwnEventFile(name)) return "";
  name.remove_prefix(kPrefix.size());
  const std::size_t host = name.find('.') + 1;
  return name.substr(host, name.rfind('.') - host);
}

void CheckEventFile(const std::filesystem::path& file, std::uint64_t size) {
  ParseRecords(ReadWritten(file, size), file.string());
}

EventFile::EventFile(const std::filesystem::path& directory) : file_(NewFile(directory)) {
  tensorboard::Event version;
  version.set_file_version("brain.Event:2");
  Write(std::move(version));
  Flush();
}

void EventFile::Write(tensorboard::Event event) {
  event.set_wall_time(SecondsSince1970());
  file_.Write(FormatRecord(event.SerializeAsString()));
}

}  // namespace arcadeq
