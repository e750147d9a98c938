#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// What the directory of a sweep holds, by its names alone, without the sweep's file. See SweepRun.

// The variant of a sweep's run, named "VARIANT-seedN"; empty for another name.
std::string_view VariantOf(std::string_view run);

// The names of the runs in a sweep's directory, or only of those of the variant. Throws UserError
// if it cannot be read.
std::vector<std::string> ListSweepRuns(const std::filesystem::path& sweep,
                                       std::string_view variant = "");

// Whether the directory is that of a sweep, rather than a run's or any other.
bool IsSweep(const std::filesystem::path& path);

// The file for the result of the run in the directory `run`.
std::filesystem::path ResultFileOf(const std::filesystem::path& run);

// `argument` as an absolute path without a slash at its end. Throws UserError.
std::filesystem::path PathOfArgument(const std::string& argument);

}  // namespace arcadeq
