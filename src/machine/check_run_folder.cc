#include <cmath>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "machine/checks.h"
#include "machine/run_folder.h"
#include "machine/section.h"

namespace arcadeq {
namespace {

// A run with a full replay keeps up to a gigabyte of checkpoints.
constexpr std::int64_t kEnoughSpace = 2'000'000'000;
// Below this, a checkpoint of the laptop preset takes most of a minute.
constexpr double kEnoughSpeed = 2e6;

}  // namespace

Section CheckRunFolder(const RunFolder& folder) {
  Section section{"runs", "Directory for runs"};
  section.data = {{"path", folder.path.string()},      {"examined", folder.existing.string()},
                  {"file_system", folder.file_system}, {"free_bytes", folder.free_bytes},
                  {"write_bytes_per_second", nullptr}, {"problem", folder.problem}};
  if (!folder.problem.empty()) {
    section.Fail(
        "directory", fmt::format("cannot write {}: {}", folder.path.string(), folder.problem),
        "name another with `doctor --out DIR`, and begin runs with `train --out DIR/NAME`");
    return section;
  }
  section.data["write_bytes_per_second"] = folder.write_bytes_per_second;

  section.Add("directory",
              fmt::format("{}{}", folder.path.string(),
                          folder.path == folder.existing ? "" : ", which a run will make"));
  if (folder.in_memory) {
    section.Warn("file system",
                 folder.file_system + ": in memory, runs are lost when the machine restarts",
                 "name a directory on a disk with --out");
  } else {
    section.Add("file system", folder.file_system);
  }
  const std::string free = FormatBytes(folder.free_bytes);
  if (folder.free_bytes < kEnoughSpace) {
    section.Warn("free space", free, "make room, or name a directory on another disk with --out");
  } else {
    section.Add("free space", free);
  }
  const std::string speed =
      fmt::format("{}/s", FormatBytes(std::llround(folder.write_bytes_per_second)));
  if (folder.write_bytes_per_second < kEnoughSpeed) {
    section.Warn("write speed", speed + ": checkpoints take long, though training goes on",
                 "name a directory on a local disk with --out");
  } else {
    section.Add("write speed", speed);
  }
  return section;
}

}  // namespace arcadeq
