#include "config/changed_settings.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/settings.h"
#include "config/config.h"

namespace arcadeq {

std::vector<ChangedSetting> ChangedSettings(Config before, Config now) {
  const Settings was = Declare(before), is = Declare(now);
  std::vector<ChangedSetting> changes;
  for (std::size_t i = 0; i < was.all().size(); ++i) {
    std::string old_value = Settings::ValueText(was.all()[i]);
    std::string new_value = Settings::ValueText(is.all()[i]);
    if (old_value == new_value) continue;
    changes.push_back({was.all()[i].key, std::move(old_value), std::move(new_value)});
  }
  return changes;
}

}  // namespace arcadeq
