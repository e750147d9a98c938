#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace arcadeq {

// Adds an option of `command` that sets `*value`, which must outlive the parsing, to a number in
// [min, max]. It is read and refused as the settings are; CLI11's own conversion takes another
// grammar and overflows in silence.
void AddNumberOption(CLI::App& command, const std::string& option, std::int64_t* value,
                     std::int64_t min, std::int64_t max, const std::string& help);
void AddNumberOption(CLI::App& command, const std::string& option, double* value, double min,
                     double max, const std::string& help);

}  // namespace arcadeq
