#include "train/run_directory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/settings.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/manifest.h"
#include "config/config.h"
#include "config/fixed_settings.h"
#include "evaluate/weights.h"
#include "nn/network.h"

namespace arcadeq {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kWeightsSuffix = ".safetensors";
constexpr const char* kBestWeights = "best.safetensors";

// Named after the checkpoint of the same step.
std::string WeightsName(std::int64_t step) {
  return CheckpointName(step) + std::string(kWeightsSuffix);
}

// The step in a name that WeightsName() returns; nothing for any other name.
std::optional<std::int64_t> ParseWeightsName(std::string name) {
  if (!name.ends_with(kWeightsSuffix)) return std::nullopt;
  name.resize(name.size() - kWeightsSuffix.size());
  return ParseCheckpointName(name);
}

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

RunDirectory RunDirectory::Create(const fs::path& path, const Config& config) {
  RunDirectory run(path);
  MakeDirectories(run.path());
  run.WriteConfig(config);
  MakeDirectories(run.videos());
  MakeDirectories(run.weights());
  return run;
}

bool RunDirectory::IsRun(const fs::path& path) {
  std::error_code error;
  return fs::exists(At(path).config_toml(), error);
}

RunDirectory RunDirectory::Open(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) ThrowUserError("{} is not a directory", path.string());
  RunDirectory run(path);
  const fs::path config = run.config_toml();
  if (fs::status(config, error).type() == fs::file_type::not_found) {
    ThrowUserError("{} is not a run: it has no {}", path.string(), config.filename().string());
  }
  if (error) ThrowUserError("cannot read {}: {}", config.string(), error.message());
  return run;
}

fs::path RunDirectory::MakeDefault(const Config& config, std::string_view preset) {
  const std::string time = fmt::format("{:%Y%m%d-%H%M%S}", fmt::localtime(std::time(nullptr)));
  const std::string name =
      preset == config.env.game ? config.env.game : fmt::format("{}-{}", config.env.game, preset);
  const fs::path path =
      fs::path("runs") / fmt::format("{}-seed{}-{}", name, config.train.seed, time);
  // Runs that start within the same second get a number.
  fs::path made = path;
  for (int number = 2; !MakeNewDirectory(made); ++number) {
    made = fmt::format("{}-{}", path.string(), number);
  }
  return made;
}

Config RunDirectory::LoadConfig() const {
  Config config;
  Settings settings = Declare(config);
  const std::size_t found = settings.LoadToml(config_toml());
  if (found == 0) ThrowUserError("{} has no settings", config_toml().string());
  if (found < settings.all().size()) CheckNothingIsLost(config);
  return config;
}

void RunDirectory::CheckNothingIsLost(const Config& config) const {
  const std::vector<std::int64_t> steps = ListCheckpoints(checkpoints());
  if (steps.empty()) return;
  const fs::path file = checkpoints() / CheckpointName(steps.back()) / kManifestFile;
  std::optional<Manifest> manifest;
  try {
    manifest = ParseManifest(ReadFile(file), file.string());
  } catch (const UserError&) {
    return;  // damaged, or of another version
  }
  if (manifest->info.settings_hash == HashOfFixedSettings(config)) return;
  ThrowUserError("{} lacks settings with which the run was trained", config_toml().string());
}

void RunDirectory::WriteConfig(const Config& config) const {
  WriteFileAtomically(config_toml(), ToToml(config));
}

void RunDirectory::RemoveLeftovers() const {
  RemoveTemporaryFiles(path_);
  RemoveTemporaryFiles(weights());
  RemoveTemporaryFiles(videos());
}

fs::path RunDirectory::WriteWeights(const Network& network, const Network::Parameters& parameters,
                                    const std::string& game, std::int64_t step,
                                    std::int64_t episode) const {
  return WriteWeightsAs(WeightsName(step), network, parameters, game, step, episode);
}

fs::path RunDirectory::WriteBestWeights(const Network& network,
                                        const Network::Parameters& parameters,
                                        const std::string& game, std::int64_t step,
                                        std::int64_t episode) const {
  return WriteWeightsAs(kBestWeights, network, parameters, game, step, episode);
}

fs::path RunDirectory::WriteWeightsAs(const std::string& name, const Network& network,
                                      const Network::Parameters& parameters,
                                      const std::string& game, std::int64_t step,
                                      std::int64_t episode) const {
  const fs::path file = weights() / name;
  WriteFileAtomically(file, ExportWeights(file.string(), network, parameters,
                                          {{kGameKey, game},
                                           {kStepKey, fmt::format("{}", step)},
                                           {"episode", fmt::format("{}", episode)}}));
  return file;
}

bool RunDirectory::HasWeights(std::int64_t step) const {
  std::error_code error;
  return fs::exists(weights() / WeightsName(step), error);
}

bool RunDirectory::HasBestWeights() const {
  std::error_code error;
  return fs::is_regular_file(weights() / kBestWeights, error);
}

fs::path RunDirectory::NewestWeights() const {
  std::optional<std::int64_t> newest;
  for (const std::string& name : ListDirectory(weights())) {
    newest = std::max(newest, ParseWeightsName(name));
  }
  if (!newest) {
    ThrowUserError("{} has no weights yet: a run writes them every few episodes and when it ends",
                   path_.string());
  }
  return weights() / WeightsName(*newest);
}

}  // namespace arcadeq
