#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace arcadeq {

struct Example {
  std::string line;     // the command
  std::string meaning;  // what it does
};

// Ends the command's help with examples, after `notes`, if any.
void AddExamples(CLI::App& command, const std::vector<Example>& examples,
                 const std::string& notes = {});

}  // namespace arcadeq
