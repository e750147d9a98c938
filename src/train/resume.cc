#include "train/resume.h"

#include <algorithm>
#include <iterator>
#include <string>
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

// Settings that came after the first checkpoints were written count only where they are used, so
// that runs from before can be resumed.
bool IsNewAndUnused(const Settings::Setting& setting) {
  static constexpr std::string_view kNew[] = {"env.mode", "env.difficulty"};
  return std::ranges::find(kNew, setting.key) != std::end(kNew) &&
         Settings::ValueText(setting) == std::to_string(EnvConfig::kGamesDefault);
}

}  // namespace

std::uint64_t HashOfFixedSettings(Config config) {
  Hash hash;
  const Settings settings = Declare(config);
  for (const Settings::Setting& setting : settings.all()) {
    if (MayChange(setting.key) || IsNewAndUnused(setting)) continue;
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
