#include "app/run_options.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "app/number_option.h"
#include "base/processors.h"
#include "base/settings.h"
#include "config/config.h"
#include "evaluate/evaluation_protocol.h"
#include "evaluate/player.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

// Enough for passes of the network over many observations at once.
constexpr std::int64_t kEnvsPerThread = 16;

}  // namespace

void RunOptions::AddTo(CLI::App& command) {
  command.add_option("run", run, "Run directory")->required()->type_name("RUN");
  command.add_option("--weights", weights, "Weights file (default: the run's newest)")
      ->type_name("FILE");
  command.add_option("--rom", rom, "ROM file (default: found by the game's name)")
      ->type_name("FILE");
  AddNumberOption(command, "--seed", &seed, 0, std::numeric_limits<std::int64_t>::max(),
                  "Seed of the environment and of the policy (default 1)");
  AddNumberOption(command, "--epsilon", &epsilon, 0.0, 1.0,
                  "Probability of a random action (default: the protocol's, or the run's "
                  "policy.evaluation_epsilon); 1 is the random policy");
}

CLI::Option* RunOptions::AddNumberTo(CLI::App& command, const std::string& help) {
  return AddNumberOption(command, "--number", &number, 1, std::numeric_limits<std::int32_t>::max(),
                         help + " (default 1); as numbered by evaluate --csv");
}

void ChooseConcurrency(std::int64_t games, RunOptions& options) {
  if (options.threads == 0) {
    options.threads = std::min<std::int64_t>(AvailableProcessors(), TrainConfig::kMostThreads);
  }
  if (options.envs == 0) {
    options.envs = std::min({games, kEnvsPerThread * options.threads, TrainConfig::kMostEnvs});
  }
}

LoadedRun LoadRun(const RunOptions& options) {
  LoadedRun loaded;
  const RunDirectory run = RunDirectory::Open(options.run);
  loaded.config = run.LoadConfig();
  if (!options.rom.empty()) Declare(loaded.config).Set("env.rom", options.rom, "--rom");
  ApplyProtocol(options.protocol, loaded.config);
  if (options.threads > 0) loaded.config.train.threads = options.threads;
  const std::filesystem::path weights =
      options.weights.empty() ? run.NewestWeights() : std::filesystem::path(options.weights);
  loaded.weights = weights.string();
  loaded.epsilon =
      options.epsilon < 0 ? loaded.config.agent.policy.evaluation_epsilon : options.epsilon;
  loaded.player =
      std::make_unique<Player>(loaded.config, weights, static_cast<std::uint64_t>(options.seed),
                               static_cast<int>(std::max<std::int64_t>(options.envs, 1)));
  if (const auto step = loaded.player->weights_step(); step && !loaded.config.env.is_built_in()) {
    const IntRange skip = loaded.config.env.frame_skip;
    loaded.training_frames = *step * (skip.low + skip.high) / 2;
  }
  return loaded;
}

}  // namespace arcadeq
