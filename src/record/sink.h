#pragma once

#include <map>
#include <string>

#include "record/event.h"

namespace arcadeq {

// The states that sinks need to continue in a later process, by sink name.
using SinkStates = std::map<std::string, std::string>;

// A destination of events. Called only by the recorder's thread, in the order in which the events
// were emitted.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void Handle(const Event& event) = 0;
  // Called about ten times a second, for sinks that show the passing of time.
  virtual void Tick() {}
  // Writes everything handled so far to the file.
  virtual void Flush() {}
  // Flushes everything that Save() will refer to, to disk.
  virtual void Sync() { Flush(); }
  // Adds the state with which a new sink of this kind can continue from the last successful Flush()
  // or Sync(), even after a failure. Sinks without state add nothing.
  virtual void Save(SinkStates& states) const { (void)states; }
};

}  // namespace arcadeq
