#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/aligned_buffer.h"
#include "base/frame.h"

union LZ4_streamHC_u;

namespace arcadeq {

// Bytes from a frame to the next where frames follow each other in memory: each is aligned to 16,
// which costs the usual ones (105x80, 84x84) nothing.
std::size_t FrameStride(const FrameFormat& format);

enum class Compression : std::uint8_t { kNone, kLz4 };

// How frames are turned into bytes that are kept. Frames are counted from 0, in order; one in
// key_interval() stands alone, and the others are compressed with the frame before as dictionary.
// docs/decisions/replay-compression.md has the measurements.
class FrameCodec {
 public:
  // Frames of floats stay as they are, whatever is asked for: they are short and do not repeat.
  FrameCodec(const FrameFormat& format, Compression compression);

  Compression compression() const { return compression_; }
  std::size_t frame_bytes() const { return frame_bytes_; }
  // Of a decoded frame.
  std::size_t stride() const { return stride_; }
  std::size_t max_encoded_bytes() const { return max_encoded_bytes_; }
  int key_interval() const { return compression_ == Compression::kLz4 ? 4 : 1; }
  bool IsKey(std::int64_t k) const { return k % key_interval() == 0; }

  // Decodes frame k to frame[0, stride()). Unless it is a key, frame k - 1 must stand decoded
  // directly before, at frame - stride(). False if the bytes are no frame; what is written then is
  // within the same bounds.
  bool Decode(std::int64_t k, std::span<const std::uint8_t> encoded, std::uint8_t* frame) const;

 private:
  Compression compression_;
  std::size_t frame_bytes_;
  std::size_t stride_;
  std::size_t max_encoded_bytes_;
};

// Encodes the frames of one environment in their order. Allocates at construction only.
class FrameEncoder {
 public:
  explicit FrameEncoder(const FrameCodec& codec);

  // Writes frame k, whose frame_bytes() are in `frame`, to `out`, which has room for
  // max_encoded_bytes(). Returns the bytes written.
  std::size_t Encode(std::int64_t k, std::span<const std::uint8_t> frame, std::uint8_t* out);

  // Goes on after a frame that another encoder encoded: stride() decoded bytes.
  void Resume(const std::uint8_t* previous);

  // The memory that an encoder takes.
  static std::int64_t Bytes(const FrameCodec& codec);

 private:
  struct FreeStream {
    void operator()(LZ4_streamHC_u* stream) const;
  };

  FrameCodec codec_;
  AlignedBuffer<std::uint8_t> pair_;  // the frame before and the one at hand
  std::unique_ptr<LZ4_streamHC_u, FreeStream> stream_;
};

}  // namespace arcadeq
