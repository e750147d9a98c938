#include <cstdint>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/number_option.h"
#include "app/print.h"
#include "app/run_options.h"
#include "base/json.h"
#include "stats/score_summary.h"
#include "train/evaluation.h"

namespace arcadeq {
namespace {

struct EvaluateOptions {
  RunOptions run;
  std::int64_t episodes = 30;
  bool json = false;
};

void PrintJson(const LoadedRun& run, const EvaluateOptions& options, const Evaluation& evaluation,
               const ScoreSummary& summary) {
  const nlohmann::ordered_json json = {
      {"game", run.config.env.game},
      {"weights", run.weights},
      {"episodes", options.episodes},
      {"seed", options.run.seed},
      {"envs", options.run.envs},
      {"epsilon", run.epsilon},
      {"mean", summary.mean},
      {"median", summary.median},
      {"standard_deviation", summary.standard_deviation},
      {"min", summary.min},
      {"max", summary.max},
      {"steps", evaluation.steps},
      {"frames", evaluation.frames},
      {"truncated_episodes", evaluation.truncated},
      {"scores", evaluation.scores},
      {"warnings", evaluation.warnings},
  };
  Print("{}\n", JsonText(json, 2));
}

int RunEvaluation(const EvaluateOptions& options) {
  LoadedRun run = LoadRun(options.run);
  const Evaluation evaluation =
      Evaluate(*run.player, static_cast<int>(options.episodes), run.epsilon);
  const ScoreSummary summary = Summarize(evaluation.scores);
  if (options.json) {
    PrintJson(run, options, evaluation, summary);
  } else {
    Print("{}: raw score of {} episodes with {}, epsilon {}, seed {}\n", run.config.env.game,
          options.episodes, run.weights, run.epsilon, options.run.seed);
    Print("mean {:.1f}  median {:.1f}  standard deviation {:.1f}  min {:.1f}  max {:.1f}\n",
          summary.mean, summary.median, summary.standard_deviation, summary.min, summary.max);
    if (evaluation.truncated > 0) {
      Print("{} of {} games were cut short by a limit on their length (truncated)\n",
            evaluation.truncated, options.episodes);
    }
  }
  for (const std::string& warning : evaluation.warnings) {
    PrintError("warning: " + warning);
  }
  return 0;
}

}  // namespace

void AddEvaluateCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "evaluate", "Play whole games with a run's weights and summarize the scores");
  auto options = std::make_shared<EvaluateOptions>();
  options->run.AddTo(*command);
  AddNumberOption(*command, "--episodes", &options->episodes, 1, 1'000'000,
                  "Games to play (default 30)");
  AddNumberOption(*command, "--envs", &options->run.envs, 1, 1024,
                  "Games to play at once (default 1)");
  command->add_flag("--json", options->json, "Print JSON, including every score");
  command->callback([options, &chosen] { chosen = [options] { return RunEvaluation(*options); }; });
}

}  // namespace arcadeq
