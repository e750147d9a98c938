#include <memory>
#include <string>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "app/run_options.h"
#include "env/env.h"
#include "record/gif_writer.h"
#include "train/picture.h"
#include "train/player.h"

namespace arcadeq {
namespace {

struct RecordOptions {
  RunOptions run;
  std::string out;
};

int RecordEpisode(const RecordOptions& options) {
  LoadedRun run = LoadRun(options.run);
  GifWriter gif(options.out, static_cast<int>(run.config.record.gif_height),
                static_cast<int>(run.config.record.gif_width));
  const auto episodes = run.player->Play(
      1, run.epsilon,
      [&gif](const ScreenView& screen, double seconds) { gif.Add(MakePicture(screen, seconds)); });
  gif.Close();
  const EpisodeResult& episode = episodes.front();
  Print("{}: {} steps, raw score {:.1f}, played with {}\n", options.out, episode.steps,
        episode.raw_return, run.weights);
  return 0;
}

}  // namespace

void AddRecordCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand("record", "Film one game played with a run's weights");
  auto options = std::make_shared<RecordOptions>();
  AddExamples(*command, {{"arcadeq record runs/NAME --out game.gif", "with the newest weights"},
                         {"arcadeq record runs/NAME --seed 7 --out game.gif", "another game"}});
  options->run.AddTo(*command);
  command->add_option("--out", options->out, "GIF to write")->required()->type_name("FILE");
  command->callback([options, &chosen] { chosen = [options] { return RecordEpisode(*options); }; });
}

}  // namespace arcadeq
