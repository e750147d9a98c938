#include "replay/frame_codec.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <lz4.h>
#include <lz4hc.h>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {
namespace {

// Higher levels cost more time than the bytes they save are worth.
constexpr int kLevel = 5;

int Int(std::size_t n) {
  return static_cast<int>(n);
}
const char* Chars(const std::uint8_t* bytes) {
  return reinterpret_cast<const char*>(bytes);
}
char* Chars(std::uint8_t* bytes) {
  return reinterpret_cast<char*>(bytes);
}

}  // namespace

std::size_t FrameStride(const FrameFormat& format) {
  constexpr std::size_t kAlignment = 16;
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
  const int decoded =
      IsKey(k)
          ? LZ4_decompress_safe(Chars(encoded.data()), Chars(frame), Int(encoded.size()), size)
          : LZ4_decompress_safe_usingDict(Chars(encoded.data()), Chars(frame), Int(encoded.size()),
                                          size, Chars(frame - stride_), size);
  return decoded == size;
}

void FrameEncoder::FreeStream::operator()(LZ4_streamHC_u* stream) const {
  delete stream;
}

FrameEncoder::FrameEncoder(const FrameCodec& codec) : codec_(codec) {
  if (codec.compression() == Compression::kNone) return;
  pair_ = AlignedBuffer<std::uint8_t>(2 * codec.stride());
  stream_.reset(new LZ4_streamHC_t);
  LZ4_initStreamHC(stream_.get(), sizeof(LZ4_streamHC_t));
}

std::size_t FrameEncoder::Encode(std::int64_t k, std::span<const std::uint8_t> frame,
                                 std::uint8_t* out) {
  assert(frame.size() == codec_.frame_bytes());
  if (codec_.compression() == Compression::kNone) {
    std::memcpy(out, frame.data(), frame.size());
    return frame.size();
  }
  const std::size_t stride = codec_.stride();
  std::uint8_t* const previous = pair_.data();
  std::uint8_t* const current = previous + stride;
  std::memcpy(current, frame.data(), frame.size());  // the padding stays zero
  LZ4_resetStreamHC_fast(stream_.get(), kLevel);
  if (!codec_.IsKey(k)) LZ4_loadDictHC(stream_.get(), Chars(previous), Int(stride));
  const int written = LZ4_compress_HC_continue(stream_.get(), Chars(current), Chars(out),
                                               Int(stride), Int(codec_.max_encoded_bytes()));
  assert(written > 0);
  std::memcpy(previous, current, stride);
  return static_cast<std::size_t>(written);
}

void FrameEncoder::Resume(const std::uint8_t* previous) {
  if (codec_.compression() == Compression::kNone) return;
  std::memcpy(pair_.data(), previous, codec_.stride());
}

std::int64_t FrameEncoder::Bytes(const FrameCodec& codec) {
  if (codec.compression() == Compression::kNone) return 0;
  return static_cast<std::int64_t>(2 * codec.stride() + sizeof(LZ4_streamHC_t));
}

}  // namespace arcadeq
