#include "config/fixed_settings.h"

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "config/changed_settings.h"
#include "config/config.h"

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

std::uint64_t HashOfFixedSettings(const Config& config) {
  Hash hash;
  for (const ChangedSetting& setting : ChangedSettings(Config(), config)) {
    if (!MayChange(setting.key)) hash.Add(setting.key + " = " + setting.now + "\n");
  }
  return hash.value();
}

void CheckFixedSettings(const Config& before, const Config& now) {
  for (const ChangedSetting& setting : ChangedSettings(before, now)) {
    if (MayChange(setting.key)) continue;
    ThrowUserError(
        "{} = {}: the run began with {} and keeps it; only its end (--steps, --frames, "
        "--episodes), train.threads, env.rom, record.*, checkpoint.* and evaluation.* may change",
        setting.key, setting.now, setting.before);
  }
}

}  // namespace arcadeq
