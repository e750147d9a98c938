#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// A segment as stored in a checkpoint. A sealed segment never changes again, so a later checkpoint
// can refer to the one that an earlier checkpoint wrote for the same environment and number.
struct SavedSegment {
  int env = 0;
  std::int64_t number = 0;
  bool sealed = false;
  std::uint64_t checksum = 0;  // XXH3
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const std::uint8_t[]>
      owner;  // keeps the bytes alive, independently of the replay
};

struct SavedReplay {
  std::string state;  // the kind of the replay, the list of its segments, its sampler's priorities
  std::vector<SavedSegment> segments;
};

// The part of `state` about segments.
struct StoreState {
  struct Entry {
    std::int32_t env;
    std::uint8_t sealed;
    std::int64_t number;
    std::uint64_t size;
    std::uint64_t checksum;
  };

  std::string kind;  // replays of the same kind can use each other's segments
  std::vector<Entry> segments;

  std::string ToBytes() const;
  // Throws UserError if the bytes are truncated or damaged.
  static StoreState FromBytes(std::string_view bytes);
};

}  // namespace arcadeq
