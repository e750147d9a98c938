#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"

namespace arcadeq {

// A value in a file of settings, which another version may have written.
struct FileSetting {
  std::string key;      // "group.name"
  std::string value;    // as in the file
  std::string problem;  // why it cannot be set here; empty if it can
};

// Sets what can be set of a TOML file, and returns all of its values, in their order. Throws
// UserError if the file cannot be read or is not TOML.
std::vector<FileSetting> LoadWhatIsKnown(const std::filesystem::path& file, Settings& settings);
std::vector<FileSetting> LoadWhatIsKnown(std::string_view text, std::string_view origin,
                                         Settings& settings);

}  // namespace arcadeq
