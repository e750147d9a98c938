#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace arcadeq {

// Adds an option to `command` that sets `*value`, which must outlive the parsing, to a number in
// [min, max]. Numbers follow the grammar of the settings (base/decimal.h); CLI11's own conversion
// accepts another one and overflows silently.
CLI::Option* AddNumberOption(CLI::App& command, const std::string& option, std::int64_t* value,
                             std::int64_t min, std::int64_t max, const std::string& help);
CLI::Option* AddNumberOption(CLI::App& command, const std::string& option, double* value,
                             double min, double max, const std::string& help);

}  // namespace arcadeq
