#include <memory>
#include <string>

#include "app/commands.h"
#include "app/print.h"
#include "train/config.h"
#include "train/preset.h"

namespace arcadeq {
namespace {

int ListPresets() {
  for (const Preset& preset : Presets()) Print("{:<10} {}\n", preset.name, preset.Summary());
  return 0;
}

// Prints every setting of the preset with its help and range, as a file for `train --config`.
int PrintPreset(const std::string& name) {
  Config config = LoadPreset(name);
  PrintText(Declare(config).ToToml());
  return 0;
}

}  // namespace

void AddPresetsCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("presets", "List the presets, or print the settings of one");
  auto name = std::make_shared<std::string>();
  command->add_option("name", *name, "Preset to print, with help for each setting");
  command->callback([name, &chosen] {
    chosen = [name] { return name->empty() ? ListPresets() : PrintPreset(*name); };
  });
}

}  // namespace arcadeq
