#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// A segment as a checkpoint keeps it. A sealed one never changes again: a later checkpoint can
// refer to what an earlier one has written under the same environment and number.
struct SavedSegment {
  int env = 0;
  std::int64_t number = 0;
  bool sealed = false;
  std::uint64_t checksum = 0;  // XXH3
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const std::uint8_t[]> owner;  // keeps the bytes, whatever becomes of the replay
};

struct SavedReplay {
  std::string state;  // small: what kind of replay it is, and the list of its segments
  std::vector<SavedSegment> segments;
};

// What `state` says.
struct StoreState {
  struct Entry {
    std::int32_t env;
    std::uint8_t sealed;
    std::int64_t number;
    std::uint64_t size;
    std::uint64_t checksum;
  };

  std::string kind;  // two replays of the same kind can take over each other's segments
  std::vector<Entry> segments;

  std::string ToBytes() const;
  // Throws UserError if the bytes are not whole.
  static StoreState FromBytes(std::string_view bytes);
};

}  // namespace arcadeq
