#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/manifest.h"

namespace arcadeq {

// The checkpoints of a run, RUN/checkpoints:
//   step_000123456/            a whole checkpoint: manifest.json and the files that it names
//   step_000130000.partial/    one that was being written, or removed, when its process ended
// A checkpoint gets its name only once all of it is on the disk, and is not changed afterwards. The
// run must be locked (base/directory_lock.h) by whoever writes here.

inline constexpr const char* kPartialSuffix = ".partial";

struct Checkpoint {
  std::filesystem::path path;
  Manifest manifest;
};

// Which checkpoints stay when a new one has been written.
struct Retention {
  std::int64_t keep = 2;  // the newest, >= 1
  // The first checkpoint at or after every multiple of so many steps stays for good; 0: none does.
  std::int64_t archive_every_steps = 0;
};

// "step_000123456": at least nine digits.
std::string CheckpointName(std::int64_t step);
// The step of such a name; nothing for any other name.
std::optional<std::int64_t> ParseCheckpointName(const std::string& name);

// Oldest first, whatever their state. No directory: none. Throws UserError if it cannot be read.
std::vector<std::int64_t> ListCheckpoints(const std::filesystem::path& directory);

// Those of `steps` (ascending) that are to go after `newest` has been written. `previous` is the
// checkpoint that the run went on from, if any. What lies between the two, or after `newest`, is of
// a future that the run has left, or damaged: it goes.
std::vector<std::int64_t> StepsToRemove(const std::vector<std::int64_t>& steps, std::int64_t newest,
                                        std::optional<std::int64_t> previous,
                                        const Retention& retention);

// Removes a checkpoint so that no half of it is ever seen under its name. Both throw UserError.
void RemoveCheckpoint(const std::filesystem::path& directory, std::int64_t step);
void RemovePartialCheckpoints(const std::filesystem::path& directory);

}  // namespace arcadeq
