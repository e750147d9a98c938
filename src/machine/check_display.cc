#include <string>

#include <fmt/format.h>

#include "machine/checks.h"
#include "machine/section.h"
#include "window/window.h"

namespace arcadeq {

Section CheckDisplay(const std::string& displays, const std::string& problem) {
  Section section{"display", "Display"};
  if (problem.empty()) {
    section.Add("window", fmt::format("{} can open one ({})", WindowLibrary(), displays));
  } else {
    section.Warn("window", problem,
                 "set DISPLAY or WAYLAND_DISPLAY; without one, `record` films games instead");
  }
  section.data = {{"library", WindowLibrary()}, {"displays", displays}, {"problem", problem}};
  return section;
}

}  // namespace arcadeq
