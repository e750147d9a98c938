#include "record/console/terminal.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <optional>
#include <string>

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/environment.h"
#include "record/console/styled_text.h"

namespace arcadeq {
namespace {

std::atomic<bool> g_continued{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal's handler writes it");

void NoteContinue(int) {
  g_continued.store(true);
}

// Of the first of the variables that is set, as the C library chooses. The locale itself need not
// be installed: the variable tells what the terminal shows.
bool LocaleIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string locale = EnvironmentVariable(name);
    if (locale.empty()) continue;
    std::ranges::transform(locale, locale.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

std::optional<TerminalSize> SizeOfTerminal(int descriptor) {
  winsize size = {};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return TerminalSize{size.ws_col, size.ws_row};
}

bool TerminalIsCapable() {
  return EnvironmentVariable("TERM") != "dumb";
}

TerminalStyle StyleOfTerminal() {
  const bool capable = TerminalIsCapable();
  return {capable && LocaleIsUtf8(), capable && EnvironmentVariable("NO_COLOR").empty()};
}

// A terminal that does not control this process has no job control for it.
bool InForeground(int descriptor) {
  const pid_t group = tcgetpgrp(descriptor);
  return group <= 0 || group == getpgrp();
}

ContinueWatch::ContinueWatch() {
  g_continued.store(false);
  struct sigaction action {};
  action.sa_handler = NoteContinue;
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, &before_);
}

ContinueWatch::~ContinueWatch() {
  sigaction(SIGCONT, &before_, nullptr);
}

bool ContinueWatch::WasContinued() {
  return g_continued.exchange(false);
}

}  // namespace arcadeq
