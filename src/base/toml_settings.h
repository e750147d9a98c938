#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/settings.h"

namespace arcadeq {

// A value that a TOML file gives to a setting.
struct Assignment {
  std::string key;
  std::string text;   // as Settings::Set() takes it
  std::string place;  // "FILE:LINE"
};

// Throws UserError, naming the place, if there is no setting `key` or if the type of the value
// cannot be right. Settings::Set() checks the range.
Assignment ReadAssignment(const Settings& settings, std::string_view key, const toml::node& value,
                          std::string_view origin);

// All values in the tables of a file: [env], [agent], ... Throws UserError likewise.
std::vector<Assignment> ReadAssignments(const Settings& settings, const toml::table& tables,
                                        std::string_view origin);

}  // namespace arcadeq
