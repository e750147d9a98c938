#include "app/stop_signals.h"

#include <array>
#include <atomic>
#include <csignal>

#include <signal.h>

namespace arcadeq {

std::atomic<bool> stop_requested{false};
std::atomic<int> stop_signal{0};

namespace {

constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};

void RequestStop(int signal) {
  stop_signal.store(signal);
  stop_requested.store(true);
  std::signal(signal, signal == SIGXCPU ? SIG_IGN : SIG_DFL);
}

using SignalHandler = void (*)(int);

SignalHandler HandlerOf(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

}  // namespace

StopSignals::StopSignals() {
  for (int signal : kStopSignals) {
    if (HandlerOf(signal) != SIG_IGN) std::signal(signal, RequestStop);
  }
}

StopSignals::~StopSignals() {
  for (int signal : kStopSignals) {
    if (HandlerOf(signal) == RequestStop) std::signal(signal, SIG_DFL);
  }
}

}  // namespace arcadeq
