#pragma once

#include <cstddef>
#include <vector>

#include "record/event.h"

namespace arcadeq {

// An event in the recorder's queue. The pixels of pictures are compressed (LZ4), since a whole
// episode of them may wait there.
class PackedEvent {
 public:
  // Reused from one event to the next.
  using Scratch = std::vector<char>;

  PackedEvent(Event event, Scratch& scratch);

  // The approximate memory usage.
  std::size_t bytes() const;

  // Returns the original event; may be called once.
  Event Unpack() &&;

 private:
  Event event_;
  std::vector<char> compressed_;  // the pixels of a VideoFrame, or empty
  std::size_t pixels_ = 0;        // their uncompressed number
};

}  // namespace arcadeq
