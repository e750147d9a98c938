#pragma once

#include <functional>
#include <string_view>
#include <thread>

namespace arcadeq {

// Starts a thread that receives no signals; the main thread handles them. That includes SIGPIPE, so
// that a closed stdout is an error that its writer can ignore. Throws UserError if the system
// cannot start a thread; `purpose` says what it is for ("the run's output").
std::thread StartThread(std::string_view purpose, std::function<void()> work);

}  // namespace arcadeq
