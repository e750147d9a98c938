#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "base/processors.h"
#include "base/quantity_text.h"
#include "base/random.h"
#include "base/settings.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env_config.h"
#include "machine/tune_grid.h"
#include "machine/tune_report.h"
#include "train/pace.h"

namespace arcadeq {
namespace {

using Seconds = std::chrono::duration<double>;

struct TuneOptions {
  std::string preset;
  std::string game;
  std::int64_t seconds = 90;
};

double StepsPerSecond(const Config& config, Seconds timed) {
  config.Check();
  return MeasurePace(config, Seconds(0), timed).steps_per_second;
}

int RunTune(const TuneOptions& options) {
  const std::string preset =
      options.preset.empty() ? std::string(DefaultPreset(options.game)) : options.preset;
  Config config = LoadPreset(preset);
  if (!options.game.empty()) Declare(config).Set("env.game", options.game, "--game");
  MakeEnv(config.env, RandomStream(1, "tune"));  // refuses an unknown game before the headline
  const int processors = AvailableProcessors();
  const std::vector<SpeedSettings> grid = TuneGrid(config, processors);
  Print("{} with the preset {} on {}, for about {} s\n\n", config.env.game, preset,
        FormatCount(processors, "processor"), options.seconds);
  FlushOutput();
  const auto results =
      MeasureGrid(config, grid, Seconds(static_cast<double>(options.seconds)), StepsPerSecond,
                  [] { return Seconds(std::chrono::steady_clock::now().time_since_epoch()); });
  PrintText(TuneText(preset, results));
  if (results.size() < grid.size()) {
    Print("\n{} other settings did not fit into the time; give it more --seconds to see them.\n",
          grid.size() - results.size());
  }
  return 0;
}

}  // namespace

void AddTuneCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "tune", "Measure which threads, environments and minibatches are fastest on this machine");
  auto options = std::make_shared<TuneOptions>();
  AddExamples(*command,
              {{"arcadeq tune", "for the preset laptop"},
               {"arcadeq tune --preset pqn --game breakout --seconds 300", "for another"}},
              "Run it on an otherwise idle machine. docs/doctor.md explains the output.");
  command->add_option("--preset", options->preset, "Preset to tune; see `arcadeq presets`")
      ->type_name("PRESET");
  command->add_option("--game", options->game, "Game (default: the preset's)")->type_name("NAME");
  AddNumberOption(*command, "--seconds", &options->seconds, 1, 86'400,
                  "Time to take (default 90); at least two settings are measured");
  command->callback([options, &chosen] { chosen = [options] { return RunTune(*options); }; });
}

}  // namespace arcadeq
