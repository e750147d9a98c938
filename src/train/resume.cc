#include "train/resume.h"

#include <string_view>

#include "base/error.h"
#include "base/hash.h"

namespace arcadeq {
namespace {

bool MayChange(std::string_view key) {
  for (const char* group : {"record.", "checkpoint."}) {
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
  Hash hash;
  const Settings settings = Declare(config);
  for (const Settings::Setting& setting : settings.all()) {
    if (MayChange(setting.key)) continue;
    hash.Add(setting.key + " = " + Settings::ValueText(setting) + "\n");
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
        "{} = {}: the run was begun with {}, and goes on with it; only its end (--steps, --frames, "
        "--episodes), train.threads, env.rom, record.* and checkpoint.* may change",
        setting.key, new_value, old_value);
  }
}

}  // namespace arcadeq
