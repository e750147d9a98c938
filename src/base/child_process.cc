#include "base/child_process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// The longest sleep between two polls of a child: waitpid() has no timeout.
constexpr std::chrono::milliseconds kLongestSleep{10};
// How long to wait for a killed process; after that, init reaps it.
constexpr std::chrono::seconds kKillPatience{1};

class SpawnPlan {
 public:
  explicit SpawnPlan(const ChildStreams& streams) {
    posix_spawn_file_actions_init(&files_);
    posix_spawnattr_init(&attributes_);
    SetStream(STDIN_FILENO, streams.input, O_RDONLY);
    SetStream(STDOUT_FILENO, streams.output, O_WRONLY);
    SetStream(STDERR_FILENO, streams.error, O_WRONLY);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // which the parent may ignore
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int Spawn(const std::string& program, char** arguments, pid_t& pid) const {
    return posix_spawn(&pid, program.c_str(), &files_, &attributes_, arguments, environ);
  }

 private:
  void SetStream(int stream, int descriptor, int access) {
    if (descriptor < 0) {
      posix_spawn_file_actions_addopen(&files_, stream, "/dev/null", access, 0);
    } else {
      posix_spawn_file_actions_adddup2(&files_, descriptor, stream);
    }
  }

  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

}  // namespace

ChildProcess::ChildProcess(const std::string& program, std::vector<std::string> arguments,
                           const ChildStreams& streams) {
  std::vector<char*> argv;
  std::transform(arguments.begin(), arguments.end(), std::back_inserter(argv),
                 [](std::string& argument) { return argument.data(); });
  argv.push_back(nullptr);
  const int error = SpawnPlan(streams).Spawn(program, argv.data(), pid_);
  if (error != 0) {
    ThrowUserError("cannot start {}: {}", program, std::generic_category().message(error));
  }
}

bool ChildProcess::WaitFor(std::chrono::milliseconds patience) {
  const Clock::time_point end = Clock::now() + patience;
  std::chrono::milliseconds sleep{1};
  while (!ended_) {
    int status = 0;
    const pid_t got = waitpid(pid_, &status, WNOHANG);
    if (got == pid_) {
      ended_ = true;
      if (WIFEXITED(status)) exit_code_ = WEXITSTATUS(status);
      if (WIFSIGNALED(status)) signal_ = WTERMSIG(status);
    } else if (got < 0 && errno != EINTR) {
      ended_ = true;  // the system reaped it, because our caller ignores SIGCHLD
    } else if (Clock::now() >= end) {
      return false;
    } else {
      std::this_thread::sleep_for(sleep);
      sleep = std::min(2 * sleep, kLongestSleep);
    }
  }
  return true;
}

void ChildProcess::Terminate() {
  if (!WaitFor({})) ::kill(pid_, SIGTERM);
}

void ChildProcess::Kill() {
  if (WaitFor({})) return;
  ::kill(pid_, SIGKILL);
  WaitFor(kKillPatience);
}

}  // namespace arcadeq
