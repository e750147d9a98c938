#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace arcadeq {

// Each adds its subcommand to the program. If the command line selects it, parsing sets `chosen` to
// the function that runs it, which returns the program's exit code.
using Command = std::function<int()>;

void AddTrainCommand(CLI::App& app, Command& chosen);
void AddEvaluateCommand(CLI::App& app, Command& chosen);
void AddPlayCommand(CLI::App& app, Command& chosen);
void AddRecordCommand(CLI::App& app, Command& chosen);
void AddPresetsCommand(CLI::App& app, Command& chosen);
void AddInspectCommand(CLI::App& app, Command& chosen);
void AddSignatureCommand(CLI::App& app, Command& chosen);
void AddCompareCommand(CLI::App& app, Command& chosen);
void AddReportCommand(CLI::App& app, Command& chosen);
void AddWatchCommand(CLI::App& app, Command& chosen);
void AddSweepCommand(CLI::App& app, Command& chosen);
void AddDoctorCommand(CLI::App& app, Command& chosen);
void AddTuneCommand(CLI::App& app, Command& chosen);
void AddCompletionCommand(CLI::App& app, Command& chosen);

// The exit code of a user's error.
inline constexpr int kUserErrorCode = 2;

}  // namespace arcadeq
