#include "window/display_probe.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/error.h"
#include "window/remote_window.h"
#include "window/window_process.h"

namespace arcadeq {

std::string FindDisplayProblem(WindowCommand command) {
  try {
    RemoteWindow window(std::move(command));
    window.AwaitReady(std::chrono::seconds(10));
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

}  // namespace arcadeq
