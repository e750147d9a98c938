#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace arcadeq {

// A script for bash that completes the program's commands, their options and the values of these,
// as `app` declares them. `words` lists the values of the types that have names of their own
// ("PRESET"); FILE, DIR and RUN are completed as paths, other types not at all. A word that ends
// with '=' is completed without a space after it.
std::string BashCompletion(const CLI::App& app,
                           const std::map<std::string, std::vector<std::string>>& words);

}  // namespace arcadeq
