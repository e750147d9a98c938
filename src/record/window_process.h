#pragma once

#include <string>
#include <vector>

namespace arcadeq {

// The window lives in a process of its own, because a display may hang or end the process that
// draws on it. That process is this program, started again under another name; it ends with the
// run, however that ends.

// The program and the arguments that start it with one end of a socket as its standard input.
struct WindowCommand {
  std::string program;
  std::vector<std::string> arguments;  // the program's name first
};
WindowCommand MakeWindowCommand(const std::string& title);

// For main(): whether these are MakeWindowCommand()'s arguments, and what to do then; the exit
// code.
bool IsWindowCommand(int argc, char** argv);
int RunWindowProcess(char** argv);

}  // namespace arcadeq
