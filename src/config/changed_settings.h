#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace arcadeq {

// A setting that two configurations do not share; values as Settings::ValueText() writes them.
struct ChangedSetting {
  std::string key;
  std::string before;
  std::string now;
};

// In the order of their declaration.
std::vector<ChangedSetting> ChangedSettings(Config before, Config now);

}  // namespace arcadeq
