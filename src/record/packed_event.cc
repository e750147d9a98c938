#include "record/packed_event.h"

#include <cstddef>
#include <stdexcept>
#include <utility>
#include <variant>

#include <lz4.h>

#include "record/event.h"

namespace arcadeq {

PackedEvent::PackedEvent(Event event, Scratch& scratch) : event_(std::move(event)) {
  auto* frame = std::get_if<VideoFrame>(&event_);
  if (frame == nullptr || frame->pixels.empty()) return;
  pixels_ = frame->pixels.size();
  const int size = static_cast<int>(pixels_);
  scratch.resize(LZ4_compressBound(size));
  const int compressed_size =
      LZ4_compress_default(reinterpret_cast<const char*>(frame->pixels.data()), scratch.data(),
                           size, static_cast<int>(scratch.size()));
  if (compressed_size <= 0) return;  // too large for LZ4: stays uncompressed
  compressed_.assign(scratch.begin(), scratch.begin() + compressed_size);
  frame->pixels = {};
}

std::size_t PackedEvent::bytes() const {
  const auto* frame = std::get_if<VideoFrame>(&event_);
  if (frame == nullptr) return sizeof(*this);
  return sizeof(*this) + compressed_.size() + frame->pixels.size() + frame->palette.size() +
         (frame->moment ? frame->moment->bytes() : 0);
}

Event PackedEvent::Unpack() && {
  if (!compressed_.empty()) {
    auto& pixels = std::get<VideoFrame>(event_).pixels;
    pixels.resize(pixels_);
    const int size =
        LZ4_decompress_safe(compressed_.data(), reinterpret_cast<char*>(pixels.data()),
                            static_cast<int>(compressed_.size()), static_cast<int>(pixels_));
    if (size != static_cast<int>(pixels_)) throw std::logic_error("a packed picture is damaged");
  }
  return std::move(event_);
}

}  // namespace arcadeq
