#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {

// The distance in bytes between consecutive frames in memory. Each frame is aligned to 16 bytes,
// which costs the usual sizes (105x80, 84x84) nothing.
std::size_t FrameStride(const FrameFormat& format);

enum class Compression : std::uint8_t { kNone, kLz4 };

// Compresses frames. Frames are numbered in order from 0; one in key_interval() is a key frame,
// which stands alone; of the others, the difference to the previous frame (exclusive or) is
// compressed, most of which is zero.
// docs/decisions/replay-compression.md has the measurements.
class FrameCodec {
 public:
  // Never compresses frames of floats, whatever `compression` is: they are short and do not repeat.
  FrameCodec(const FrameFormat& format, Compression compression);

  Compression compression() const { return compression_; }
  std::size_t frame_bytes() const { return frame_bytes_; }
  // The stride of decoded frames, in bytes.
  std::size_t stride() const { return stride_; }
  std::size_t max_encoded_bytes() const { return max_encoded_bytes_; }
  int key_interval() const { return compression_ == Compression::kLz4 ? 4 : 1; }
  bool IsKey(std::int64_t k) const { return k % key_interval() == 0; }

  // Decodes frame k to frame[0, stride()). Unless it is a key frame, the decoded frame k - 1 must
  // precede it, at frame - stride(). Returns false if the bytes are invalid, but even then writes
  // only within these bounds.
  bool Decode(std::int64_t k, std::span<const std::uint8_t> encoded, std::uint8_t* frame) const;

 private:
  Compression compression_;
  std::size_t frame_bytes_;
  std::size_t stride_;
  std::size_t max_encoded_bytes_;
};

// Encodes the frames of one environment in order. Allocates only during construction.
class FrameEncoder {
 public:
  explicit FrameEncoder(const FrameCodec& codec);

  // Encodes frame k, `frame`, of frame_bytes(), to `out`, which must have room for
  // max_encoded_bytes(). Returns the number of bytes written.
  std::size_t Encode(std::int64_t k, std::span<const std::uint8_t> frame, std::uint8_t* out);

  // Continues after a frame that another encoder encoded; `previous` is that frame, decoded, of
  // stride() bytes.
  void Resume(const std::uint8_t* previous);

  // The memory that an encoder uses, in bytes.
  static std::int64_t Bytes(const FrameCodec& codec);

 private:
  FrameCodec codec_;
  AlignedBuffer<std::uint8_t> previous_;  // the last frame encoded
  AlignedBuffer<std::uint8_t> current_;
};

}  // namespace arcadeq
