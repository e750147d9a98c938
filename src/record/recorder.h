#pragma once

#include <cstddef>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "record/event.h"

namespace arcadeq {

// What sinks have to know to go on in a later process, by their names.
using SinkStates = std::map<std::string, std::string>;

// Where events go. Called by the recorder's thread alone, in the order the events were emitted.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void Handle(const Event& event) = 0;
  // Everything handled so far reaches its file.
  virtual void Flush() {}
  // Everything that Save() is going to tell of reaches the disk.
  virtual void Sync() { Flush(); }
  // Adds what a sink of this kind must be made with to go on from the last Flush() or Sync() that
  // succeeded, also after a failure. Those that need nothing add nothing.
  virtual void Save(SinkStates& states) const { (void)states; }
};

// Carries events from the trainer to the sinks on a thread of its own, so that a slow disk or GIF
// does not slow training: Emit() never waits. The queue is bounded by the memory it takes; when it
// is full, pictures of videos are dropped and the rest never (it is small). A warning then says how
// many a video lacks, and the next picture takes over their time. Close() (or the destructor) hands
// over everything queued and flushes every sink. A sink that throws is reported once, as a Note to
// the others, and left out from then on; training goes on.
class Recorder {
 public:
  static constexpr std::size_t kQueueBytes = std::size_t{256} << 20;

  // Throws UserError if the system gives no thread.
  explicit Recorder(std::vector<std::unique_ptr<Sink>> sinks,
                    std::size_t queue_bytes = kQueueBytes);
  ~Recorder();

  // All from one thread. Emit() after Close() does nothing.
  void Emit(Event event);
  void Close();
  // The sinks' states once they have handled everything emitted so far; of a sink that was left
  // out, what had reached its file by then.
  std::future<SinkStates> Save();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadeq
