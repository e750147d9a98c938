#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/one_line.h"
#include "base/quantity_text.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/manifest.h"
#include "config/config.h"
#include "train/run_counters.h"
#include "train/run_directory.h"
#include "train/run_snapshot.h"

namespace arcadeq {
namespace {

struct InspectOptions {
  std::string path;
  bool hash = false;
};

bool IsCheckpoint(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path / kManifestFile, error);
}

void PrintHash(const CheckpointReader& reader) {
  const CheckpointHashes hashes = HashesOf(reader.checkpoint().manifest);
  Print("step {} weights {} optimizer {} replay {} trainer {}\n", reader.info().step,
        HashText(hashes.weights), HashText(hashes.optimizer), HashText(hashes.replay),
        HashText(hashes.trainer));
}

void PrintCheckpoint(const CheckpointReader& reader) {
  const RunCounters counters = ReadCounters(reader);
  std::int64_t bytes = 0;
  for (const auto& [name, file] : reader.checkpoint().manifest.files) {
    bytes += static_cast<std::int64_t>(file.size);
  }
  Print("{}: good\n", reader.checkpoint().path.string());
  Print("  game {}, written by arcadeq {}\n", OneLine(reader.info().game),
        OneLine(reader.info().program_version));
  Print("  {} steps, {} frames, {} episodes, {} updates\n", FormatCount(counters.steps),
        FormatCount(counters.frames), FormatCount(counters.episodes),
        FormatCount(counters.updates));
  Print("  {} files, {}\n", reader.checkpoint().manifest.files.size(), FormatBytes(bytes));
}

void PrintRun(const std::filesystem::path& path) {
  const RunDirectory run = RunDirectory::Open(path);
  const Config config = run.LoadConfig();
  Print("{}: {}, seed {}, {}\n", path.string(), OneLine(config.env.game), config.train.seed,
        FormatCount(config.train.envs, "environment"));
  const auto steps = ListCheckpoints(run.checkpoints());
  if (steps.empty()) Print("no checkpoints\n");
  bool any_good = steps.empty();
  for (std::int64_t step : steps) {
    const std::filesystem::path checkpoint = run.checkpoints() / CheckpointName(step);
    std::vector<std::string> messages;
    try {
      PrintCheckpoint(CheckpointReader::Open(checkpoint, messages));
      any_good = true;
    } catch (const UserError& error) {
      std::error_code gone;
      if (!std::filesystem::exists(checkpoint, gone)) continue;  // removed by a running training
      Print("{}: unusable: {}\n", checkpoint.string(), error.what());
    }
    for (const std::string& message : messages) Print("  {}\n", OneLine(message));
  }
  if (!any_good) ThrowUserError("{} has no good checkpoint", path.string());
}

int Inspect(const InspectOptions& options) {
  std::vector<std::string> messages;
  if (IsCheckpoint(options.path)) {
    const auto reader = CheckpointReader::Open(options.path, messages);
    options.hash ? PrintHash(reader) : PrintCheckpoint(reader);
  } else if (options.hash) {
    const RunDirectory run = RunDirectory::Open(options.path);
    PrintHash(CheckpointReader::OpenNewest(run.checkpoints(), messages));
  } else {
    PrintRun(options.path);
  }
  for (const std::string& message : messages) PrintError(message);
  return 0;
}

}  // namespace

void AddInspectCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("inspect", "Check a run's checkpoints and print their contents");
  auto options = std::make_shared<InspectOptions>();
  AddExamples(*command, {{"arcadeq inspect runs/NAME", "every checkpoint, and its contents"},
                         {"arcadeq inspect runs/NAME --hash", "one line, equal for equal runs"}});
  command->add_option("run", options->path, "Run directory, or one of its checkpoints")
      ->required()
      ->type_name("RUN");
  command->add_flag("--hash", options->hash,
                    "Print one line of hashes of the newest good checkpoint, for comparing runs");
  command->callback([options, &chosen] { chosen = [options] { return Inspect(*options); }; });
}

}  // namespace arcadeq
