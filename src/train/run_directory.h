#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/settings.h"
#include "nn/network.h"
#include "train/config.h"

namespace arcadeq {

// Where a run keeps what it leaves behind:
//   config.toml                      every setting, as it was in effect
//   episodes.csv                     a row an episode
//   events.out.tfevents.*            TensorBoard
//   videos/episode_000051.gif
//   weights/step_000050000.safetensors
//   checkpoints/step_000050000/      everything that the run needs to go on
//   lock                             held by the process that trains here
class RunDirectory {
 public:
  // Throws UserError if something is at `path` already, but for a directory that is empty or holds
  // no more than a lock.
  static void CheckUnused(const std::filesystem::path& path);
  // Makes the directory of a new run and writes config.toml. It must be unused, and where others
  // may want it, locked before that is checked. Throws UserError if it cannot be written.
  static RunDirectory Create(const std::filesystem::path& path, const Config& config);
  // Opens a run that was made before. Throws UserError if `path` is not one.
  static RunDirectory Open(const std::filesystem::path& path);
  // Makes an empty directory that nobody else has: "runs/GAME-PRESET-seedS-DATE-TIME" below the
  // working directory, with a number behind it where that is taken. Throws UserError.
  static std::filesystem::path MakeDefault(const Config& config, std::string_view preset);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path videos() const { return path_ / "videos"; }
  std::filesystem::path weights() const { return path_ / "weights"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path episodes_csv() const { return path_ / "episodes.csv"; }

  // The settings that were in effect. Throws UserError if the file is missing or not right.
  void LoadConfig(Settings& settings) const;
  // Throws UserError.
  void WriteConfig(const Config& config) const;

  // Removes what a process that was killed had only begun to write, checkpoints aside: these have
  // their own way. By the process that trains here. Throws UserError.
  void RemoveLeftovers() const;

  // Returns the file that was written. Throws UserError.
  std::filesystem::path WriteWeights(const Network& network, const Network::Parameters& parameters,
                                     const std::string& game, std::int64_t step,
                                     std::int64_t episode) const;
  // As weights/best.safetensors, instead of the file that has the name. Throws UserError.
  std::filesystem::path WriteBestWeights(const Network& network,
                                         const Network::Parameters& parameters,
                                         const std::string& game, std::int64_t step,
                                         std::int64_t episode) const;
  // Whether the weights of a step were written.
  bool HasWeights(std::int64_t step) const;
  // The weights of the highest step, of those that WriteWeights() named. Throws UserError if there
  // are none.
  std::filesystem::path NewestWeights() const;

 private:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path WriteWeightsAs(const std::string& name, const Network& network,
                                       const Network::Parameters& parameters,
                                       const std::string& game, std::int64_t step,
                                       std::int64_t episode) const;

  std::filesystem::path path_;
};

}  // namespace arcadeq
