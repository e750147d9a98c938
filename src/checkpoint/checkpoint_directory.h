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
// A checkpoint gets its name only once all of it is on disk, and never changes afterwards. Writers
// must hold the run's lock (base/directory_lock.h).

inline constexpr const char* kPartialSuffix = ".partial";

struct Checkpoint {
  std::filesystem::path path;
  Manifest manifest;
};

// Which checkpoints to keep when a new one has been written.
struct Retention {
  std::int64_t keep = 2;  // number of most recent ones, >= 1
  // Also keep the first checkpoint at or after every multiple of this many steps; 0: none.
  std::int64_t archive_every_steps = 0;
};

// "step_000123456": at least nine digits.
std::string CheckpointName(std::int64_t step);
// The step of such a name; nothing for any other name.
std::optional<std::int64_t> ParseCheckpointName(const std::string& name);

// The steps of the checkpoints, ascending, damaged ones included; none if there is no directory.
// Throws UserError if it cannot be read.
std::vector<std::int64_t> ListCheckpoints(const std::filesystem::path& directory);

// Which of `steps` (ascending) to remove after `newest` has been written. `previous` is the
// checkpoint that the run continued from, if any. Checkpoints between the two or after `newest` are
// damaged or belong to an abandoned future, so they are removed.
std::vector<std::int64_t> StepsToRemove(const std::vector<std::int64_t>& steps, std::int64_t newest,
                                        std::optional<std::int64_t> previous,
                                        const Retention& retention);

// Removes a checkpoint such that no part of it is ever visible under its name. Both throw
// UserError.
void RemoveCheckpoint(const std::filesystem::path& directory, std::int64_t step);
void RemovePartialCheckpoints(const std::filesystem::path& directory);

}  // namespace arcadeq
