#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "config/config.h"
#include "nn/network.h"

namespace arcadeq {

// The files of a run:
//   config.toml                      every setting in effect
//   episodes.csv                     a row per episode
//   events.out.tfevents.*            TensorBoard
//   videos/episode_000051.gif
//   weights/step_000050000.safetensors
//   checkpoints/step_000050000/      everything that the run needs to resume
//   profile.json                     where its time went, if `train --profile` writes it here
//   lock                             held by the process that trains here
class RunDirectory {
 public:
  // Throws UserError if `path` exists and is not a directory that is empty or holds only a lock.
  static void CheckUnused(const std::filesystem::path& path);
  // Creates the directory of a new run and writes config.toml. The directory must be unused; if
  // other processes may use it, lock it before checking that. Throws UserError if it cannot be
  // written.
  static RunDirectory Create(const std::filesystem::path& path, const Config& config);
  // Whether `path` is an existing run.
  static bool IsRun(const std::filesystem::path& path);
  // Names the files of a run that need not exist.
  static RunDirectory At(const std::filesystem::path& path) { return RunDirectory(path); }
  // Opens an existing run. Throws UserError if `path` is not one.
  static RunDirectory Open(const std::filesystem::path& path);
  // Creates an empty directory that no other process uses: "runs/GAME-PRESET-seedS-DATE-TIME" in
  // the working directory, with a number appended if that exists. Throws UserError.
  static std::filesystem::path MakeDefault(const Config& config, std::string_view preset);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config_toml() const { return path_ / "config.toml"; }
  std::filesystem::path videos() const { return path_ / "videos"; }
  std::filesystem::path weights() const { return path_ / "weights"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path episodes_csv() const { return path_ / "episodes.csv"; }
  std::filesystem::path profile() const { return path_ / "profile.json"; }

  // Loads the settings in effect. Those that the file does not have, because an earlier version
  // wrote it, have their defaults. Throws UserError if the file is missing or invalid, or lacks
  // settings that it had according to the newest checkpoint.
  Config LoadConfig() const;
  // Throws UserError.
  void WriteConfig(const Config& config) const;

  // Removes the partial files of a killed process, except for those of checkpoints, which
  // CheckpointWriter removes. Only for the process that holds the lock. Throws UserError.
  void RemoveLeftovers() const;

  // Returns the file's path. Throws UserError.
  std::filesystem::path WriteWeights(const Network& network, const Network::Parameters& parameters,
                                     const std::string& game, std::int64_t step,
                                     std::int64_t episode) const;
  // Writes or replaces weights/best.safetensors. Throws UserError.
  std::filesystem::path WriteBestWeights(const Network& network,
                                         const Network::Parameters& parameters,
                                         const std::string& game, std::int64_t step,
                                         std::int64_t episode) const;
  // Whether the weights of a step, or the best, exist.
  bool HasWeights(std::int64_t step) const;
  bool HasBestWeights() const;
  // The weights with the highest step among those of WriteWeights(). Throws UserError if there are
  // none.
  std::filesystem::path NewestWeights() const;

 private:
  void CheckNothingIsLost(const Config& config) const;

  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path WriteWeightsAs(const std::string& name, const Network& network,
                                       const Network::Parameters& parameters,
                                       const std::string& game, std::int64_t step,
                                       std::int64_t episode) const;

  std::filesystem::path path_;
};

}  // namespace arcadeq
