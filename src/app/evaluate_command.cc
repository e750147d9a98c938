#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/evaluation_progress.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "app/run_options.h"
#include "base/file.h"
#include "base/json.h"
#include "base/quantity_text.h"
#include "config/config.h"
#include "evaluate/evaluation.h"
#include "evaluate/evaluation_protocol.h"
#include "evaluate/evaluation_record.h"
#include "evaluate/player.h"
#include "stats/bootstrap.h"
#include "stats/published_scores.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

struct EvaluateOptions {
  RunOptions run;
  std::int64_t episodes = 30;
  bool json = false;
  std::string csv;
};

// What is known about the scores of an evaluation.
struct Scores {
  EvaluationRecord record;
  ScoreSummary summary;
  std::optional<Interval> interval;  // of the mean, for two games or more
  const HumanScore* human = nullptr;
  std::vector<PublishedScore> published;  // after about as many frames of training
};

Scores ScoresOf(const LoadedRun& run, const EvaluateOptions& options,
                const Evaluation& evaluation) {
  Scores scores;
  scores.record = {.game = run.config.env.game,
                   .weights = run.weights,
                   .protocol = options.run.protocol,
                   .games = run.config.env.is_built_in() ? "" : DescribeGames(run.config.env),
                   .epsilon = run.epsilon,
                   .seed = options.run.seed,
                   .scores = evaluation.Scores()};
  scores.summary = Summarize(scores.record.scores);
  if (scores.record.scores.size() >= 2) scores.interval = BootstrapInterval(scores.record.scores);
  scores.human = FindHumanScore(scores.record.game);
  if (run.training_frames) {
    scores.published = PublishedScoresAt(scores.record.game, *run.training_frames);
  }
  return scores;
}

void PrintJson(const LoadedRun& run, const Evaluation& evaluation, const Scores& scores) {
  nlohmann::ordered_json json = ToJson(scores.record);
  if (scores.interval) json["interval_95"] = {scores.interval->low, scores.interval->high};
  if (scores.human != nullptr) {
    json["random_score"] = scores.human->random;
    json["human_score"] = scores.human->human;
    json["human_normalised"] = scores.human->Normalise(scores.summary.mean);
  }
  if (run.training_frames) json["training_frames"] = *run.training_frames;
  json["published"] = nlohmann::ordered_json::array();
  for (const PublishedScore& published : scores.published) {
    json["published"].push_back({{"algorithm", published.algorithm},
                                 {"source", published.source},
                                 {"frames", published.frames},
                                 {"score", published.score}});
  }
  json["steps"] = evaluation.steps;
  json["frames"] = evaluation.frames;
  json["truncated_episodes"] = evaluation.truncated;
  json["warnings"] = evaluation.warnings;
  Print("{}\n", JsonText(json, 2));
}

void PrintPublished(std::int64_t training_frames, const std::vector<PublishedScore>& scores) {
  Print("trained for about {} frames", FormatCount(training_frames));
  if (scores.empty()) {
    Print("\n");
    return;
  }
  Print("; published at {}:\n", FormatCount(scores.front().frames));
  for (const PublishedScore& score : scores) {
    Print("  {:<8} {:>7.0f}  {}\n", score.algorithm, score.score, score.source);
  }
}

void PrintScores(const LoadedRun& run, const EvaluateOptions& options, const Evaluation& evaluation,
                 const Scores& scores) {
  const ScoreSummary& summary = scores.summary;
  Print("{}: raw score of {} with {}\n", scores.record.game, FormatCount(options.episodes, "game"),
        run.weights);
  Print("protocol {}{}, epsilon {}, seed {}\n", options.run.protocol,
        scores.record.games.empty() ? "" : ": " + scores.record.games, run.epsilon,
        options.run.seed);
  Print("mean {:.1f}  median {:.1f}  standard deviation {:.1f}  min {:.1f}  max {:.1f}\n",
        summary.mean, summary.median, summary.standard_deviation, summary.min, summary.max);
  if (scores.interval) {
    Print(
        "95 % interval of the mean {:.1f} to {:.1f} (over these games, not over training seeds)\n",
        scores.interval->low, scores.interval->high);
  }
  if (scores.human != nullptr) {
    Print("human-normalised {:.1f} % (random {}, human {})\n",
          100 * scores.human->Normalise(summary.mean), scores.human->random, scores.human->human);
  }
  if (run.training_frames) PrintPublished(*run.training_frames, scores.published);
  if (evaluation.truncated > 0) {
    Print("{} of {} games were cut short by a limit on their length (truncated)\n",
          evaluation.truncated, options.episodes);
  }
}

std::string Csv(const Evaluation& evaluation) {
  std::string csv = "game,score,steps,frames,truncated\n";
  for (std::size_t i = 0; i < evaluation.games.size(); ++i) {
    const EpisodeResult& game = evaluation.games[i];
    csv += fmt::format("{},{},{},{},{:d}\n", i + 1, game.raw_return, game.steps, game.frames,
                       game.truncated);
  }
  return csv;
}

int RunEvaluation(EvaluateOptions options) {
  ChooseConcurrency(options.episodes, options.run);
  // Before the games are played, so that a file that cannot be written wastes no time. Nothing of
  // it stays meanwhile, for a signal to leave behind.
  if (!options.csv.empty()) FileReplacement{options.csv};

  LoadedRun run = LoadRun(options.run);
  Evaluation evaluation;
  {
    EvaluationProgress progress(options.episodes);
    evaluation = Evaluate(*run.player, static_cast<int>(options.episodes), run.epsilon,
                          [&progress](const EpisodeResult& game) { progress.Add(game); });
  }
  const Scores scores = ScoresOf(run, options, evaluation);
  if (!options.csv.empty()) WriteFileAtomically(options.csv, Csv(evaluation));
  if (options.json) {
    PrintJson(run, evaluation, scores);
  } else {
    PrintScores(run, options, evaluation, scores);
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
  AddExamples(
      *command,
      {{"arcadeq evaluate runs/NAME --episodes 100", "with a 95 % interval of the mean"},
       {"arcadeq evaluate runs/NAME --epsilon 1", "the random policy"},
       {"arcadeq evaluate runs/NAME --protocol sticky --csv games.csv", "by a published protocol"}},
      "The scores depend on neither --envs nor --threads. docs/evaluation.md explains protocols "
      "and intervals.");
  options->run.AddTo(*command);
  command
      ->add_option("--protocol", options->run.protocol,
                   fmt::format("How the games are played: {} (default: training, as the run's own "
                               "games)",
                               fmt::join(EvaluationProtocolNames(), ", ")))
      ->type_name("PROTOCOL");
  AddNumberOption(*command, "--episodes", &options->episodes, 1, 1'000'000,
                  "Games to play (default 30)");
  AddNumberOption(*command, "--envs", &options->run.envs, 1, TrainConfig::kMostEnvs,
                  "Games to play at once (default: up to 16 per thread)");
  AddNumberOption(*command, "--threads", &options->run.threads, 1, TrainConfig::kMostThreads,
                  "Number of threads (default: one per available processor)");
  command->add_flag("--json", options->json,
                    "Print JSON, including every score; `compare` reads it");
  command->add_option("--csv", options->csv, "Also write a row per game to this file")
      ->type_name("FILE");
  command->callback([options, &chosen] { chosen = [options] { return RunEvaluation(*options); }; });
}

}  // namespace arcadeq
