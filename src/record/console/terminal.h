#pragma once

#include <optional>

#include <signal.h>

#include "record/console/styled_text.h"

namespace arcadeq {

struct TerminalSize {
  int columns = 0;
  int rows = 0;
  bool operator==(const TerminalSize&) const = default;
};

// Nothing if it is unknown.
std::optional<TerminalSize> SizeOfTerminal(int descriptor);

// Whether control sequences work on the terminals that TERM names.
bool TerminalIsCapable();

// By the environment: the locale's encoding, and NO_COLOR. Neither is used if the terminal is not
// capable.
TerminalStyle StyleOfTerminal();

// False for a job that the shell has put into the background, where the shell is writing, too.
bool InForeground(int descriptor);

// Notices, during its life, that the process was stopped (Ctrl-Z) and continued; one at a time. On
// a thread that blocks signals, it may notice a few milliseconds late: the signal's handler runs on
// another thread.
class ContinueWatch {
 public:
  ContinueWatch();
  ~ContinueWatch();
  ContinueWatch(const ContinueWatch&) = delete;
  ContinueWatch& operator=(const ContinueWatch&) = delete;

  // Whether the process was continued since the last call.
  bool WasContinued();

 private:
  struct sigaction before_ {};
};

}  // namespace arcadeq
