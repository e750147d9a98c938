#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/evaluation_progress.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "app/run_options.h"
#include "app/stop_signals.h"
#include "evaluate/player.h"
#include "film/film_writer.h"
#include "play/film_game.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kMostGames = 100'000;

struct RecordOptions {
  RunOptions run;
  std::string out;
  bool overlay = false;
  std::int64_t best_of = 0;    // 0: not asked for
  std::int64_t median_of = 0;  // likewise
};

// Plays several games and returns the number of the one to film.
std::int64_t ChooseGame(const RecordOptions& options, const LoadedRun& run) {
  const std::int64_t count = std::max(options.best_of, options.median_of);
  std::vector<EpisodeResult> games;
  {
    EvaluationProgress progress(count);
    games = run.player->Play(static_cast<int>(count), run.epsilon,
                             [&progress](const EpisodeResult& game) { progress.Add(game); });
  }
  const std::size_t chosen = options.best_of > 0 ? BestGame(games) : MedianGame(games);
  Print("the {} of {} games of seed {} is game {}\n", options.best_of > 0 ? "best" : "median",
        count, options.run.seed, chosen + 1);
  return static_cast<std::int64_t>(chosen);
}

int Record(RecordOptions options) {
  const std::int64_t games = std::max(options.best_of, options.median_of);
  if (games > 0) ChooseConcurrency(games, options.run);
  const LoadedRun run = LoadRun(options.run);
  const auto make_film = [&] {
    // An overlay is drawn for the size that it has.
    const auto size = [&](std::int64_t setting) {
      return options.overlay ? 0 : static_cast<int>(setting);
    };
    return MakeFilmWriter(options.out, size(run.config.record.gif_height),
                          size(run.config.record.gif_width));
  };
  // Before any game is played, so that a file that cannot be written wastes no time. Nothing of it
  // stays meanwhile, for a signal to leave behind.
  make_film();
  const std::int64_t number = games > 0 ? ChooseGame(options, run) : options.run.number - 1;
  const StopSignals stop_signals;
  const auto film = make_film();
  const EpisodeResult game =
      FilmGame(*run.player, number, run.epsilon, options.overlay, *film, stop_requested);
  if (stop_requested) return 128 + stop_signal;
  film->Close();
  Print("{}: game {} of seed {}, {} steps, raw score {:.1f}, played with {}\n", options.out,
        number + 1, options.run.seed, game.steps, game.raw_return, run.weights);
  return 0;
}

}  // namespace

void AddRecordCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand("record", "Film one game played with a run's weights");
  auto options = std::make_shared<RecordOptions>();
  AddExamples(*command,
              {{"arcadeq record runs/NAME --out game.gif", "with the newest weights"},
               {"arcadeq record runs/NAME --overlay --out game.mp4", "and what the agent thinks"},
               {"arcadeq record runs/NAME --best-of 100 --out best.webp", "the best of many"}},
              "The games are those that `evaluate` and `play` play with the same seed.");
  options->run.AddTo(*command);
  CLI::Option* number =
      options->run.AddNumberTo(*command, "The game to film, of those that the seed gives");
  command->add_option("--out", options->out, "Film to write: FILE.gif, FILE.webp or FILE.mp4")
      ->required()
      ->type_name("FILE");
  command->add_flag("--overlay", options->overlay, "Show what the agent thinks beside the game");
  CLI::Option* best = AddNumberOption(*command, "--best-of", &options->best_of, 1, kMostGames,
                                      "Play this many games and film the best");
  CLI::Option* median = AddNumberOption(*command, "--median-of", &options->median_of, 1, kMostGames,
                                        "Play this many games and film the one of median score");
  best->excludes(number)->excludes(median);
  median->excludes(number);
  command->callback([options, &chosen] { chosen = [options] { return Record(*options); }; });
}

}  // namespace arcadeq
