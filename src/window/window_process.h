#pragma once

#include <string>
#include <vector>

namespace arcadeq {

// The window lives in a separate process, because a display may hang or end the process that draws
// on it. That process is this program, restarted under another name; it ends with the one that
// started it, however that ends.

// The command that starts the window process, with one end of a socket as its standard input.
struct WindowCommand {
  std::string program;
  std::vector<std::string> arguments;  // the program's name first
};
WindowCommand MakeWindowCommand(const std::string& title);

// For main(): whether the arguments are those of MakeWindowCommand(), and the function to run if
// so, which returns the exit code.
bool IsWindowCommand(int argc, char** argv);
int RunWindowProcess(char** argv);

}  // namespace arcadeq
