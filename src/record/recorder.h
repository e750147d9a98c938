#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <vector>

#include "record/event.h"
#include "record/sink.h"

namespace arcadeq {

// Delivers events from the trainer to the sinks on its own thread, so that a slow disk or GIF does
// not slow down training: Emit() never waits. The memory of the queue is bounded; when it is full,
// pictures of videos are dropped, but never other events, which are small. The next picture then
// takes over the time of the dropped ones, and a warning says how many a video lacks. Close() (or
// the destructor) delivers everything queued and flushes every sink. A sink that throws is reported
// once, in a Note to the others, and not used any more; training continues.
class Recorder {
 public:
  static constexpr std::size_t kQueueBytes = std::size_t{256} << 20;

  // Throws UserError if the system cannot start a thread.
  explicit Recorder(std::vector<std::unique_ptr<Sink>> sinks,
                    std::size_t queue_bytes = kQueueBytes);
  ~Recorder();

  // Call these from one thread. Emit() does nothing after Close().
  void Emit(Event event);
  void Close();
  // The states of the sinks once they have handled everything emitted so far; for a failed sink,
  // the state of its file at the failure.
  std::future<SinkStates> Save();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadeq
