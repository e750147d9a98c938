#pragma once

#include <cstddef>
#include <vector>

#include "record/event.h"

namespace arcadeq {

// An event as it waits in the recorder's queue: the pixels of a picture are compressed (LZ4), since
// a whole episode of them may wait there.
class PackedEvent {
 public:
  // Keeps its memory from one event to the next.
  using Scratch = std::vector<char>;

  PackedEvent(Event event, Scratch& scratch);

  // What it takes in memory, about.
  std::size_t bytes() const;

  // The event that went in; it can be taken once.
  Event Unpack() &&;

 private:
  Event event_;
  std::vector<char> compressed_;  // the pixels of a VideoFrame, or empty
  std::size_t pixels_ = 0;        // their number before
};

}  // namespace arcadeq
