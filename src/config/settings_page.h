#pragma once

#include <string>

namespace arcadeq {

// docs/settings.md: every setting, its meaning, its range and its value in each preset, in
// Markdown.
std::string SettingsPage();

}  // namespace arcadeq
