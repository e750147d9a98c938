#include <memory>
#include <string>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "config/config.h"
#include "config/preset.h"
#include "config/settings_page.h"

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

struct PresetsOptions {
  std::string name;
  bool markdown = false;
};

int RunPresets(const PresetsOptions& options) {
  if (!options.name.empty()) return PrintPreset(options.name);
  if (!options.markdown) return ListPresets();
  PrintText(SettingsPage());
  return 0;
}

}  // namespace

void AddPresetsCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("presets", "List the presets, or print the settings of one");
  auto options = std::make_shared<PresetsOptions>();
  AddExamples(*command,
              {{"arcadeq presets", "their names, and what each is"},
               {"arcadeq presets laptop > mine.toml", "a file to edit, for `train --config`"}});
  auto* name =
      command->add_option("name", options->name, "Preset to print, with help for each setting");
  name->type_name("PRESET");
  command
      ->add_flag("--markdown", options->markdown,
                 "Print all settings with their values in all presets, as docs/settings.md")
      ->excludes(name);
  command->callback([options, &chosen] { chosen = [options] { return RunPresets(*options); }; });
}

}  // namespace arcadeq
