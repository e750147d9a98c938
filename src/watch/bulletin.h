#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "record/spectator.h"
#include "watch/byte_source.h"

namespace arcadeq {

// What a run shows to those who watch it: its newest status, and its newest pictures. Nothing is
// queued for a reader: one that is slow misses what was replaced meanwhile. So neither the run nor
// other readers ever wait for it, and the memory is bounded.
class Bulletin {
 public:
  static constexpr std::size_t kMaxPictures = 256;

  Bulletin() : shared_(std::make_shared<Shared>()) {}

  // `json` is on one line.
  void SetStatus(std::string json);
  // The picture as a PNG, and how long it is shown.
  void AddPicture(const std::string& png, double seconds);
  // No more will follow: readers end after the last status.
  void Close();

  // All readers as one. Watches while there are any, for whom pictures are made.
  const Spectator& spectator() const { return shared_->spectator; }

  // Reads from now on, as server-sent events. May outlive the bulletin.
  std::unique_ptr<ByteSource> MakeReader() const;

 private:
  struct Shared {
    std::mutex mutex;
    std::string status;
    std::uint64_t status_number = 0;  // of statuses so far
    std::deque<std::string> pictures;
    std::uint64_t picture_number = 0;  // of pictures so far
    bool closed = false;
    int readers = 0;
    Spectator spectator;
  };
  class Reader;

  std::shared_ptr<Shared> shared_;
};

}  // namespace arcadeq
