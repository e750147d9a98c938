#pragma once

#include <string>
#include <vector>

namespace arcadeq {

// A run of an agent, and the games that tell how good it is.
struct ComparedRun {
  std::string name;
  std::string game;
  std::string terms;  // how it was scored; the same for runs that can be compared
  std::vector<double> scores;
};

struct ComparedAgent {
  std::string name;
  std::vector<ComparedRun> runs;  // not empty
};

// The agents that an argument of `compare` means:
//   a file            the output of `evaluate --json`: one run
//   a run             its evaluation with the most games, by its sweep or saved in its directory,
//                     else its last 100 training episodes
//   a sweep           its variants, an agent each, with their complete runs
//   SWEEP/VARIANT     one of them
//   a directory of runs, or of files as above: one agent
// Throws UserError if it is none of these, or if a file is damaged.
std::vector<ComparedAgent> LoadComparedAgents(const std::string& argument);

}  // namespace arcadeq
