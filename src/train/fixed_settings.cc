#include "train/fixed_settings.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/settings.h"
#include "train/config.h"

namespace arcadeq {
namespace {

bool MayChange(std::string_view key) {
  for (const char* group : {"record.", "checkpoint.", "evaluation."}) {
    if (key.starts_with(group)) return true;
  }
  for (const char* free :
       {"train.steps", "train.frames", "train.episodes", "train.threads", "env.rom"}) {
    if (key == free) return true;
  }
  return false;
}

}  // namespace

std::uint64_t HashOfFixedSettings(Config config) {
  Config defaults;
  const Settings settings = Declare(config), initial = Declare(defaults);
  Hash hash;
  for (std::size_t i = 0; i < settings.all().size(); ++i) {
    const Settings::Setting& setting = settings.all()[i];
    const std::string value = Settings::ValueText(setting);
    if (MayChange(setting.key) || value == Settings::ValueText(initial.all()[i])) continue;
    hash.Add(setting.key + " = " + value + "\n");
  }
  return hash.value();
}

void CheckFixedSettings(Config before, Config now) {
  const Settings was = Declare(before), is = Declare(now);
  for (std::size_t i = 0; i < was.all().size(); ++i) {
    const Settings::Setting& setting = was.all()[i];
    const std::string old_value = Settings::ValueText(setting);
    const std::string new_value = Settings::ValueText(is.all()[i]);
    if (old_value == new_value || MayChange(setting.key)) continue;
    ThrowUserError(
        "{} = {}: the run began with {} and keeps it; only its end (--steps, --frames, "
        "--episodes), train.threads, env.rom, record.*, checkpoint.* and evaluation.* may change",
        setting.key, new_value, old_value);
  }
}

}  // namespace arcadeq
