#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "app/run_options.h"
#include "app/stop_signals.h"
#include "base/error.h"
#include "play/window_game.h"
#include "window/remote_window.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

// How long a display may take to respond.
constexpr std::chrono::seconds kDisplayPatience{10};

struct PlayOptions {
  RunOptions run;
  std::int64_t games = 0;
  bool overlay = false;
  bool human = false;
};

void PrintGame(const RunOptions& run, const GameReport& game) {
  Print("game {} of seed {}: {:g} points in {} steps{}", game.number + 1, run.seed,
        game.result.raw_return, game.result.steps, game.over ? "" : ", not finished");
  if (game.agents) {
    Print("; the agent: {:g} points in {} steps", game.agents->raw_return, game.agents->steps);
  }
  Print("\n");
  FlushOutput();
}

std::unique_ptr<RemoteWindow> OpenWindow(const std::string& title) {
  try {
    auto window = std::make_unique<RemoteWindow>(MakeWindowCommand(title));
    window->AwaitReady(kDisplayPatience);
    return window;
  } catch (const UserError& error) {
    ThrowUserError("{}; `arcadeq record` films a game without a display", error.what());
  }
}

int Play(const PlayOptions& options) {
  LoadedRun run = LoadRun(options.run);
  const auto window = OpenWindow(fmt::format("arcadeq: {}", run.config.env.game));
  Print("{}; press h for the keys\n", run.weights);
  FlushOutput();
  const StopSignals stop_signals;
  PlayInWindow(
      *run.player, *window,
      {.first = options.run.number - 1,
       .count = options.games,
       .epsilon = run.epsilon,
       .overlay = options.overlay,
       .human = options.human},
      [&options](const GameReport& game) { PrintGame(options.run, game); }, stop_requested);
  return stop_requested ? 128 + stop_signal : 0;
}

}  // namespace

void AddPlayCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand("play", "Show games played with a run's weights");
  auto options = std::make_shared<PlayOptions>();
  AddExamples(
      *command,
      {{"arcadeq play runs/NAME", "at the game's speed, game after game"},
       {"arcadeq play runs/NAME --overlay", "and what the agent thinks"},
       {"arcadeq play runs/NAME --human", "you, and then the agent in the same game"}},
      "In the window: space pauses, . makes a single step, + and - change the speed, 0 resets it, "
      "o shows or hides the overlay, r starts a new game, h lists the keys, q quits.");
  options->run.AddTo(*command);
  options->run.AddNumberTo(*command, "The first game to play, of those that the seed gives");
  AddNumberOption(*command, "--games", &options->games, 1, std::numeric_limits<int>::max(),
                  "Games to play (default: no limit)");
  command->add_flag("--overlay", options->overlay, "Show what the agent thinks, from the start");
  command->add_flag("--human", options->human,
                    "Play yourself, with the arrows and space; afterwards the agent plays the "
                    "same game");
  command->callback([options, &chosen] { chosen = [options] { return Play(*options); }; });
}

}  // namespace arcadeq
