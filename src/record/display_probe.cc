#include "record/display_probe.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "record/window_peer.h"
#include "record/window_process.h"

namespace arcadeq {

std::string FindDisplayProblem(WindowCommand command) {
  try {
    WindowPeer peer(std::move(command));
    peer.AwaitReport(kDisplayPatience);
    if (peer.HasEnded()) return peer.Problem();
    if (peer.HasReported()) return "";
    peer.Kill();
    return kDisplayHangs;
  } catch (const UserError& error) {
    return error.what();
  }
}

}  // namespace arcadeq
