#include "train/run_directory.h"

#include <algorithm>
#include <ctime>
#include <system_error>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "record/gif_writer.h"
#include "train/weights.h"

namespace arcadeq {
namespace fs = std::filesystem;

namespace {

constexpr const char* kConfigFile = "config.toml";

}  // namespace

void RunDirectory::CheckUnused(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return;
  if (!fs::is_directory(path, error) ||
      std::ranges::any_of(ListDirectory(path), [](auto& name) { return name != kLockFile; })) {
    ThrowUserError("{} exists and is not an empty directory; name another with --out",
                   path.string());
  }
}

RunDirectory RunDirectory::Create(const fs::path& path, const Settings& settings) {
  RunDirectory run(path);
  MakeDirectories(run.path());
  run.WriteConfig(settings);
  MakeDirectories(run.videos());
  MakeDirectories(run.weights());
  return run;
}

RunDirectory RunDirectory::Open(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) ThrowUserError("{} is not a directory", path.string());
  if (!fs::exists(path / kConfigFile, error)) {
    ThrowUserError("{} is not a run: it has no {}", path.string(), kConfigFile);
  }
  return RunDirectory(path);
}

fs::path RunDirectory::DefaultPath(const Config& config, std::string_view preset) {
  const std::string time = fmt::format("{:%Y%m%d-%H%M%S}", fmt::localtime(std::time(nullptr)));
  const std::string name =
      preset == config.env.game ? config.env.game : fmt::format("{}-{}", config.env.game, preset);
  const fs::path path =
      fs::path("runs") / fmt::format("{}-seed{}-{}", name, config.train.seed, time);
  // Runs that were started within the same second get a number.
  fs::path unused = path;
  std::error_code error;  // what is wrong is seen when the directory is made
  for (int number = 2; fs::exists(unused, error); ++number) {
    unused = fmt::format("{}-{}", path.string(), number);
  }
  return unused;
}

void RunDirectory::LoadConfig(Settings& settings) const {
  settings.LoadToml(path_ / kConfigFile);
}

void RunDirectory::WriteConfig(const Settings& settings) const {
  WriteFileAtomically(path_ / kConfigFile, settings.ToToml());
}

void RunDirectory::RemoveLeftovers() const {
  RemoveTemporaryFiles(path_);
  RemoveTemporaryFiles(weights());
  RemovePartialGifs(videos());
}

fs::path RunDirectory::WriteWeights(const Network& network, const Network::Parameters& parameters,
                                    std::int64_t step, std::int64_t episode) const {
  const fs::path file = weights() / fmt::format("step_{:09}.safetensors", step);
  WriteFileAtomically(file, ExportWeights(network, parameters,
                                          {{"step", fmt::format("{}", step)},
                                           {"episode", fmt::format("{}", episode)}}));
  return file;
}

fs::path RunDirectory::NewestWeights() const {
  std::string newest;
  for (const std::string& name : ListDirectory(weights())) {
    if (!name.ends_with(".safetensors")) continue;
    // Names are padded, so that a longer one is of a later step, and they come in their order.
    if (name.size() >= newest.size()) newest = name;
  }
  if (newest.empty()) {
    ThrowUserError("{} has no weights yet: they are written every few episodes and when a run ends",
                   path_.string());
  }
  return weights() / newest;
}

}  // namespace arcadeq
