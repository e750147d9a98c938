#include "replay/frame_codec.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include <lz4.h>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {
namespace {

int Int(std::size_t n) {
  return static_cast<int>(n);
}
const char* Chars(const std::uint8_t* bytes) {
  return reinterpret_cast<const char*>(bytes);
}
char* Chars(std::uint8_t* bytes) {
  return reinterpret_cast<char*>(bytes);
}

constexpr std::size_t kAlignment = 16;

// out[i] = a[i] ^ b[i] for i in [0, size), a multiple of kAlignment. `out` may be `a` or `b`.
void ExclusiveOr(const std::uint8_t* a, const std::uint8_t* b, std::size_t size,
                 std::uint8_t* out) {
  using Word = std::array<std::uint64_t, kAlignment / sizeof(std::uint64_t)>;
  for (std::size_t i = 0; i < size; i += kAlignment) {
    Word left, right;
    std::memcpy(&left, a + i, kAlignment);
    std::memcpy(&right, b + i, kAlignment);
    for (std::size_t k = 0; k < left.size(); ++k) left[k] ^= right[k];
    std::memcpy(out + i, &left, kAlignment);
  }
}

}  // namespace

std::size_t FrameStride(const FrameFormat& format) {
  return (format.bytes() + kAlignment - 1) / kAlignment * kAlignment;
}

FrameCodec::FrameCodec(const FrameFormat& format, Compression compression)
    : compression_(format.element == ElementType::kUint8 ? compression : Compression::kNone),
      frame_bytes_(format.bytes()),
      stride_(FrameStride(format)),
      max_encoded_bytes_(compression_ == Compression::kNone
                             ? frame_bytes_
                             : static_cast<std::size_t>(LZ4_compressBound(Int(stride_)))) {}

bool FrameCodec::Decode(std::int64_t k, std::span<const std::uint8_t> encoded,
                        std::uint8_t* frame) const {
  if (compression_ == Compression::kNone) {
    if (encoded.size() != frame_bytes_) return false;
    std::memcpy(frame, encoded.data(), frame_bytes_);
    return true;
  }
  const int size = Int(stride_);
  if (LZ4_decompress_safe(Chars(encoded.data()), Chars(frame), Int(encoded.size()), size) != size) {
    return false;
  }
  if (!IsKey(k)) ExclusiveOr(frame, frame - stride_, stride_, frame);
  return true;
}

FrameEncoder::FrameEncoder(const FrameCodec& codec) : codec_(codec) {
  if (codec.compression() == Compression::kNone) return;
  previous_ = AlignedBuffer<std::uint8_t>(codec.stride());
  current_ = AlignedBuffer<std::uint8_t>(codec.stride());
}

std::size_t FrameEncoder::Encode(std::int64_t k, std::span<const std::uint8_t> frame,
                                 std::uint8_t* out) {
  assert(frame.size() == codec_.frame_bytes());
  if (codec_.compression() == Compression::kNone) {
    std::memcpy(out, frame.data(), frame.size());
    return frame.size();
  }
  std::memcpy(current_.data(), frame.data(), frame.size());  // the padding stays zero
  // The previous frame is not needed again, so that its place can hold the difference.
  std::uint8_t* to_compress = current_.data();
  if (!codec_.IsKey(k)) {
    to_compress = previous_.data();
    ExclusiveOr(current_.data(), previous_.data(), codec_.stride(), to_compress);
  }
  const int written = LZ4_compress_default(Chars(to_compress), Chars(out), Int(codec_.stride()),
                                           Int(codec_.max_encoded_bytes()));
  assert(written > 0);
  std::swap(previous_, current_);
  return static_cast<std::size_t>(written);
}

void FrameEncoder::Resume(const std::uint8_t* previous) {
  if (codec_.compression() == Compression::kNone) return;
  std::memcpy(previous_.data(), previous, codec_.stride());
}

std::int64_t FrameEncoder::Bytes(const FrameCodec& codec) {
  if (codec.compression() == Compression::kNone) return 0;
  return static_cast<std::int64_t>(2 * codec.stride());
}

}  // namespace arcadeq
