#include "watch/bulletin.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "watch/byte_source.h"

namespace arcadeq {
namespace {

// Read at once, so that a status never waits for long behind pictures.
constexpr std::size_t kPicturesAtOnce = 32;

}  // namespace

class Bulletin::Reader : public ByteSource {
 public:
  explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
    const std::lock_guard lock(shared_->mutex);
    picture_ = shared_->picture_number;
    ++shared_->readers;
    shared_->spectator.watches = true;
  }

  ~Reader() override {
    const std::lock_guard lock(shared_->mutex);
    --shared_->readers;
    shared_->spectator.watches = shared_->readers > 0;
  }

  bool Read(std::string& to) override {
    const std::lock_guard lock(shared_->mutex);
    if (status_ != shared_->status_number) {
      status_ = shared_->status_number;
      to += fmt::format("event: status\ndata: {}\n\n", shared_->status);
    }
    const std::uint64_t oldest = shared_->picture_number - shared_->pictures.size();
    picture_ = std::max(picture_, oldest);
    for (std::size_t i = 0; i < kPicturesAtOnce && picture_ < shared_->picture_number; ++i) {
      to += shared_->pictures[static_cast<std::size_t>(picture_++ - oldest)];
    }
    return !shared_->closed;
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::uint64_t status_ = 0;  // the number of the last one read
  std::uint64_t picture_;     // the number of the next one to read
};

void Bulletin::SetStatus(std::string json) {
  const std::lock_guard lock(shared_->mutex);
  shared_->status = std::move(json);
  ++shared_->status_number;
}

void Bulletin::AddPicture(const std::string& png, double seconds) {
  std::string event =
      fmt::format("event: picture\ndata: {:.0f} {}\n\n", 1000 * seconds, Base64(png));
  const std::lock_guard lock(shared_->mutex);
  shared_->pictures.push_back(std::move(event));
  ++shared_->picture_number;
  if (shared_->pictures.size() > kMaxPictures) shared_->pictures.pop_front();
}

void Bulletin::Close() {
  const std::lock_guard lock(shared_->mutex);
  shared_->closed = true;
}

std::unique_ptr<ByteSource> Bulletin::MakeReader() const {
  return std::make_unique<Reader>(shared_);
}

}  // namespace arcadeq
