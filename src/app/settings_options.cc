#include "app/settings_options.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/settings.h"
#include "config/config.h"
#include "config/preset.h"

namespace arcadeq {

void SettingsOptions::AddTo(CLI::App& command) {
  command.add_option("--preset", preset_, "Preset to start from; see `arcadeq presets`")
      ->type_name("PRESET");
  command.add_option("--config", config_file_, "TOML file of settings that override the preset")
      ->type_name("FILE");
  for (auto* group : {&shorthands_, &limits_}) {
    for (Shorthand& shorthand : *group) {
      command.add_option(shorthand.option, shorthand.value, shorthand.help)
          ->type_name(shorthand.type)
          ->take_last();
    }
  }
  command
      .add_option("--checkpoint-every", checkpoint_every_,
                  "Interval between checkpoints, in steps (20000) or minutes (15m)")
      ->type_name("N|Nm")
      ->take_last();
  command.add_option("--set", assignments_, "Set any setting; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

std::string SettingsOptions::preset() const {
  if (!preset_.empty()) return preset_;
  Config named;
  named.env.game.clear();
  LoadConfigFile(named);
  Set(named);
  return std::string(DefaultPreset(named.env.game));
}

bool SettingsOptions::HasLimit() const {
  return std::ranges::any_of(limits_, [](const Shorthand& limit) { return !limit.value.empty(); });
}

bool SettingsOptions::SetsLimit() const {
  Config limited;
  TrainConfig& train = limited.train;
  train.steps = train.frames = train.episodes = 0;
  LoadConfigFile(limited);
  Set(limited);
  return train.steps > 0 || train.frames > 0 || train.episodes > 0;
}

Config SettingsOptions::Apply() const {
  Config config = LoadPreset(preset());
  LoadConfigFile(config);
  ApplyOptions(config);
  return config;
}

Config SettingsOptions::ApplyTo(const Config& run) const {
  if (!preset_.empty() || !config_file_.empty()) {
    ThrowUserError("{} cannot be used with --resume: a run keeps its settings",
                   preset_.empty() ? "--config" : "--preset");
  }
  Config config = run;
  ApplyOptions(config);
  return config;
}

void SettingsOptions::LoadConfigFile(Config& config) const {
  if (config_file_.empty()) return;
  if (!config_text_) config_text_ = ReadFile(config_file_);
  Declare(config).LoadTomlText(*config_text_, config_file_);
}

void SettingsOptions::Set(Config& config) const {
  Settings settings = Declare(config);
  const auto given = [](const Shorthand& shorthand) { return !shorthand.value.empty(); };
  if (HasLimit()) config.train.steps = config.train.frames = config.train.episodes = 0;
  for (const auto* group : {&shorthands_, &limits_}) {
    for (const Shorthand& shorthand : *group) {
      if (given(shorthand)) settings.Set(shorthand.key, shorthand.value, shorthand.option);
    }
  }
  if (!checkpoint_every_.empty()) {
    const bool minutes = checkpoint_every_.back() == 'm';
    const std::string number = checkpoint_every_.substr(0, checkpoint_every_.size() - minutes);
    config.checkpoint.every_steps = 0;
    config.checkpoint.every_minutes = 0;
    settings.Set(minutes ? "checkpoint.every_minutes" : "checkpoint.every_steps", number,
                 "--checkpoint-every");
  }
  for (const std::string& assignment : assignments_) {
    settings.SetFromAssignment(assignment, "--set");
  }
}

void SettingsOptions::ApplyOptions(Config& config) const {
  Set(config);
  if (!config.env.rom.empty()) {  // the run may be resumed or played from another folder
    std::error_code error;
    const std::filesystem::path rom = std::filesystem::absolute(config.env.rom, error);
    if (error) ThrowUserError("cannot find {}: {}", config.env.rom, error.message());
    Declare(config).Set("env.rom", rom.string(), "the ROM's absolute path");
  }
  config.Check();
}

}  // namespace arcadeq
