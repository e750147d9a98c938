#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/settings_file.h"
#include "config/config.h"
#include "record/episode_table.h"
#include "record/scalar_table.h"
#include "report/profile_summary.h"
#include "sweep/saved_evaluations.h"

namespace arcadeq {

// A video of an episode. Its file begins as a GIF does.
struct RunVideo {
  std::filesystem::path file;
  std::uint64_t bytes = 0;
  int width = 0;
  int height = 0;
  // The number of the episode; 0 if it was cut short.
  std::int64_t episode = 0;
  // The run's step at its end; at its beginning if it was cut short; 0 if that is unknown.
  std::int64_t step = 0;
  // The row of its end in the episodes; for one that was cut short, of the next end after its
  // beginning. None if there is no such row.
  std::optional<std::size_t> row;
};

// What the files of a run say. A file that is missing or damaged leaves its part empty.
struct RunContents {
  std::string name;
  std::filesystem::path path;
  // None if the file of settings cannot be read, or has foreign settings and lacks some of this
  // version's.
  std::optional<Config> config;
  // What that file says, if this version does not know all of it; else empty.
  std::vector<FileSetting> foreign_settings;
  std::vector<EpisodeRow> episodes;
  ScalarTable scalars;
  std::vector<RunVideo> videos;              // by the time of their episodes
  std::vector<SavedEvaluation> evaluations;  // most games first
  std::optional<ProfileSummary> profile;
  std::string program_version;     // that wrote the newest checkpoint
  std::string host;                // that wrote the newest event file
  bool in_progress = false;        // a process trains it
  std::vector<std::string> notes;  // a line for each file that is missing or damaged

  // How far the run has come, by its records.
  std::int64_t Episodes() const;
  std::int64_t Steps() const;
  std::int64_t Frames() const;
  double Seconds() const;
};

// Whether a directory has any file of a run, even if others are missing.
bool LooksLikeARun(const std::filesystem::path& path);

// Reads a run, which may be in progress; writes nothing. Throws UserError if it is not a run.
RunContents ReadRunContents(const std::filesystem::path& path);

}  // namespace arcadeq
