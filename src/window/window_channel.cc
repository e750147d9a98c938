#include "window/window_channel.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/types.h>

#include "picture/image.h"

namespace arcadeq {
namespace {

// Both processes run the same program, so numbers are sent as they lie in memory.
struct Header {
  std::int32_t height = 0;
  std::int32_t width = 0;
  std::uint32_t palette_bytes = 0;

  std::size_t pixel_bytes() const { return static_cast<std::size_t>(height) * width; }
  std::size_t message_bytes() const { return sizeof(Header) + palette_bytes + pixel_bytes(); }
};

void Append(std::string& bytes, const void* data, std::size_t size) {
  bytes.append(static_cast<const char*>(data), size);
}

}  // namespace

void PictureSender::Send(const Image& picture) {
  const Header header{picture.height, picture.width,
                      static_cast<std::uint32_t>(picture.palette.size())};
  waiting_.clear();
  waiting_.reserve(header.message_bytes());
  Append(waiting_, &header, sizeof(header));
  Append(waiting_, picture.palette.data(), picture.palette.size());
  Append(waiting_, picture.pixels.data(), picture.pixels.size());
  Continue();
}

void PictureSender::Continue() {
  for (;;) {
    if (sent_ == sending_.size()) {
      std::swap(sending_, waiting_);
      waiting_.clear();
      sent_ = 0;
      if (sending_.empty()) return;
    }
    const ssize_t sent = ::send(socket_, sending_.data() + sent_, sending_.size() - sent_,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return;  // no room, or no peer, which reading from the socket detects
    sent_ += static_cast<std::size_t>(sent);
  }
}

bool PictureReceiver::Receive() {
  std::array<char, std::size_t{1} << 16> chunk;
  ssize_t size = 0;
  do {
    size = ::recv(socket_, chunk.data(), chunk.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return false;
  received_.append(chunk.data(), static_cast<std::size_t>(size));

  std::size_t begin = 0;
  while (received_.size() - begin >= sizeof(Header)) {
    Header header;
    std::memcpy(&header, received_.data() + begin, sizeof(header));
    if (received_.size() - begin < header.message_bytes()) break;
    const char* palette = received_.data() + begin + sizeof(header);
    const char* pixels = palette + header.palette_bytes;
    newest_.emplace();
    newest_->height = header.height;
    newest_->width = header.width;
    newest_->palette.assign(palette, pixels);
    newest_->pixels.assign(pixels, pixels + header.pixel_bytes());
    begin += header.message_bytes();
  }
  received_.erase(0, begin);
  return true;
}

std::optional<Image> PictureReceiver::TakeNewest() {
  return std::exchange(newest_, std::nullopt);
}

}  // namespace arcadeq
