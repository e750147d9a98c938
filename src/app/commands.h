#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace arcadeq {

// Each adds its subcommand to the program and returns nothing; when the subcommand is given, `run`
// is set to what it does, which returns the program's exit code.
using Run = std::function<int()>;

void AddTrainCommand(CLI::App& app, Run& run);
void AddEvaluateCommand(CLI::App& app, Run& run);
void AddRecordCommand(CLI::App& app, Run& run);
void AddPresetsCommand(CLI::App& app, Run& run);
void AddInspectCommand(CLI::App& app, Run& run);
void AddSignatureCommand(CLI::App& app, Run& run);

// The exit code of a user's error.
inline constexpr int kUserErrorCode = 2;

}  // namespace arcadeq
