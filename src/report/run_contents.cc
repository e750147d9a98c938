#include "report/run_contents.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "base/decimal.h"
#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/one_line.h"
#include "base/settings.h"
#include "base/settings_file.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/manifest.h"
#include "config/config.h"
#include "record/episode_table.h"
#include "record/event_file.h"
#include "record/scalar_table.h"
#include "report/gif_size.h"
#include "report/profile_summary.h"
#include "sweep/saved_evaluations.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

// The number between `prefix` and ".gif"; none for another name.
std::optional<std::int64_t> NumberIn(std::string_view name, std::string_view prefix) {
  constexpr std::string_view kSuffix = ".gif";
  if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  name.remove_suffix(std::min(name.size(), kSuffix.size()));
  std::int64_t number = 0;
  return ParseDecimal(name, number) && number >= 1 ? std::optional(number) : std::nullopt;
}

// Collects the contents of a run. Each Read... reads one of its files.
class Reading {
 public:
  explicit Reading(const fs::path& path) {
    contents_.path = path;
    contents_.name = path.filename().string();
  }

  RunContents All() {
    // First, so that a run that ends meanwhile counts as in progress.
    contents_.in_progress = IsLocked(contents_.path);
    Try([this] { ReadConfig(); });
    Try([this] { ReadEpisodeTable(); });
    Try([this] { ReadEvents(); });
    Try([this] { ReadVideos(); });
    Try([this] { ReadEvaluations(); });
    Try([this] { ReadProfile(); });
    Try([this] { ReadVersion(); });
    return std::move(contents_);
  }

 private:
  RunDirectory Run() const { return RunDirectory::At(contents_.path); }

  // What cannot be read becomes a note.
  template <typename Read>
  void Try(Read read) {
    try {
      read();
    } catch (const UserError& error) {
      Note(error.what());
    }
  }
  void Note(std::string note) { contents_.notes.push_back(std::move(note)); }
  void NoteMissing(std::string_view what) {
    Note(fmt::format("{} has no {}", contents_.path.string(), what));
  }
  // Notes that the file is missing if it is.
  bool Exists(const fs::path& file) {
    std::error_code error;
    if (fs::exists(file, error)) return true;
    NoteMissing(file.filename().string());
    return false;
  }

  void ReadConfig() {
    const fs::path file = Run().config_toml();
    if (!Exists(file)) return;
    Config config;
    Settings settings = Declare(config);
    std::vector<FileSetting> values = LoadWhatIsKnown(file, settings);
    std::vector<std::string> foreign;
    for (const FileSetting& value : values) {
      if (!value.problem.empty()) foreign.push_back(OneLine(value.key));
    }
    if (foreign.empty()) {
      contents_.config = Run().LoadConfig();
      return;
    }
    // Another name or value may have taken the place of a missing one.
    if (values.size() - foreign.size() == settings.all().size()) contents_.config = config;
    contents_.foreign_settings = std::move(values);
    Note(
        fmt::format("{}: this version of arcadeq does not know these settings or does not accept "
                    "their values: {}; they are shown as they stand",
                    file.string(), fmt::join(foreign, ", ")));
  }

  void ReadEpisodeTable() {
    const fs::path file = Run().episodes_csv();
    if (!Exists(file)) return;
    EpisodeTable table = ReadEpisodes(file);
    contents_.episodes = std::move(table.rows);
    if (!table.damage.empty()) Note(table.damage + "; left out");
  }

  void ReadEvents() {
    const std::vector<std::string> files = ListEventFiles(contents_.path);
    if (files.empty()) return NoteMissing("event files");
    contents_.host = HostOfEventFile(files.back());
    contents_.scalars = ReadScalars(contents_.path, contents_.notes);
  }

  void ReadVideos() {
    const fs::path directory = Run().videos();
    for (const std::string& name : ListDirectory(directory)) {
      Try([&] { AddVideo(directory / name); });
    }
    std::ranges::stable_sort(contents_.videos, {}, [](const RunVideo& video) {
      return video.row.value_or(static_cast<std::size_t>(-1));
    });
  }

  void AddVideo(const fs::path& file) {
    RunVideo video;
    video.file = file;
    const std::string name = file.filename().string();
    const auto& episodes = contents_.episodes;
    if (const auto episode = NumberIn(name, "episode_")) {
      video.episode = *episode;
      const auto row = std::ranges::lower_bound(episodes, *episode, {}, &EpisodeRow::episode);
      if (row != episodes.end() && row->episode == *episode) {
        video.row = row - episodes.begin();
        video.step = row->step;
      }
    } else if (const auto step = NumberIn(name, "unfinished_from_step_")) {
      video.step = *step;
      const auto next = std::ranges::lower_bound(episodes, *step, {}, &EpisodeRow::step);
      if (next != episodes.end()) video.row = next - episodes.begin();
    } else {
      return;  // a file that is being written, or not the run's
    }
    const auto size = GifSizeOf(file);
    if (!size) ThrowUserError("{} is not a GIF", file.string());
    video.width = size->width;
    video.height = size->height;
    video.bytes = size->bytes;
    contents_.videos.push_back(std::move(video));
  }

  void ReadEvaluations() {
    contents_.evaluations = ReadSavedEvaluations(
        contents_.path, contents_.config ? std::optional(contents_.config->env.game) : std::nullopt,
        [this](const UserError& error) { Note(error.what()); });
  }

  void ReadProfile() {
    const fs::path file = Run().profile();
    std::error_code error;
    if (!fs::exists(file, error)) return;
    contents_.profile = SummarizeProfile(ReadFile(file), file.string());
  }

  // The checkpoints are not verified: that would take long, and `inspect` does it.
  void ReadVersion() {
    const fs::path checkpoints = Run().checkpoints();
    const std::vector<std::int64_t> steps = ListCheckpoints(checkpoints);
    if (steps.empty()) return;
    const fs::path file = checkpoints / CheckpointName(steps.back()) / kManifestFile;
    std::error_code error;
    if (!fs::exists(file, error)) return;  // removed by a running training
    contents_.program_version = ParseManifest(ReadFile(file), file.string()).info.program_version;
  }

  RunContents contents_;
};

std::int64_t LastStep(const ScalarTable& scalars, const char* tag) {
  const auto found = scalars.find(tag);
  return found == scalars.end() ? 0 : found->second.back().step;
}

}  // namespace

std::int64_t RunContents::Steps() const {
  return std::max(episodes.empty() ? 0 : episodes.back().step, LastStep(scalars, "policy/epsilon"));
}

std::int64_t RunContents::Episodes() const {
  return episodes.empty() ? 0 : episodes.back().episode;
}

std::int64_t RunContents::Frames() const {
  return episodes.empty() ? 0 : episodes.back().frame;
}

double RunContents::Seconds() const {
  return episodes.empty() ? 0 : episodes.back().wall_seconds;
}

bool LooksLikeARun(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error) &&
         (RunDirectory::IsRun(path) || fs::exists(RunDirectory::At(path).episodes_csv(), error) ||
          !ListEventFiles(path).empty());
}

RunContents ReadRunContents(const fs::path& path) {
  if (!LooksLikeARun(path)) {
    ThrowUserError("{} is not a run: it has no config.toml", path.string());
  }
  return Reading(path).All();
}

}  // namespace arcadeq
