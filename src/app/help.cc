#include "app/help.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace arcadeq {

void AddExamples(CLI::App& command, const std::vector<Example>& examples,
                 const std::string& notes) {
  std::size_t width = 0;
  for (const Example& example : examples) width = std::max(width, example.line.size());
  std::string footer = notes.empty() ? "" : notes + "\n\n";
  footer += "Examples:";
  for (const Example& example : examples) {
    footer += fmt::format("\n  {:<{}}  {}", example.line, width, example.meaning);
  }
  command.footer(footer);
}

}  // namespace arcadeq
