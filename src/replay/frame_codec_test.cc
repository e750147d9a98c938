#include "replay/frame_codec.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/frame.h"
#include "base/random.h"

namespace arcadeq {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Frames of every kind: blank, noise, and small changes from one to the next.
std::vector<Bytes> SomeFrames(const FrameFormat& format, int count, RandomStream& random) {
  std::vector<Bytes> frames(1, Bytes(format.bytes()));
  while (static_cast<int>(frames.size()) < count) {
    Bytes frame = frames.back();
    const auto changes = random.Below(4) == 0 ? frame.size() : random.Below(8);
    for (std::uint64_t k = 0; k < changes; ++k) {
      frame[random.Below(frame.size())] = static_cast<std::uint8_t>(random.Below(256));
    }
    frames.push_back(frame);
  }
  return frames;
}

std::vector<Bytes> EncodeAll(const FrameCodec& codec, const std::vector<Bytes>& frames) {
  FrameEncoder encoder(codec);
  std::vector<Bytes> encoded;
  for (const Bytes& frame : frames) {
    Bytes& out = encoded.emplace_back(codec.max_encoded_bytes());
    out.resize(encoder.Encode(static_cast<std::int64_t>(encoded.size()) - 1, frame, out.data()));
  }
  return encoded;
}

RC_GTEST_PROP(FrameCodec, DecodesEveryFrameFromTheKeyBefore, ()) {
  const FrameFormat format{*rc::gen::element(ElementType::kUint8, ElementType::kFloat32),
                           *rc::gen::inRange(1, 60), *rc::gen::inRange(1, 60)};
  const FrameCodec codec(format, *rc::gen::element(Compression::kNone, Compression::kLz4));
  RandomStream random(*rc::gen::arbitrary<std::uint32_t>(), "frames");
  const auto frames = SomeFrames(format, 23, random);
  const auto encoded = EncodeAll(codec, frames);
  const std::size_t stride = codec.stride();
  for (int k = 0; k < 23; ++k) {
    int key = k;
    while (!codec.IsKey(key)) --key;
    RC_ASSERT(k - key < codec.key_interval());
    Bytes decoded(static_cast<std::size_t>(k - key + 1) * stride);
    for (int i = key; i <= k; ++i) {
      RC_ASSERT(codec.Decode(i, encoded[i], decoded.data() + (i - key) * stride));
    }
    const auto* last = decoded.data() + (k - key) * stride;
    RC_ASSERT(Bytes(last, last + format.bytes()) == frames[k]);
  }
}

TEST(FrameCodec, CompressesRepeatedFramesWell) {
  const FrameFormat format{ElementType::kUint8, 105, 80};
  const FrameCodec codec(format, Compression::kLz4);
  RandomStream random(1, "frames");
  Bytes noise(format.bytes());
  for (auto& pixel : noise) pixel = static_cast<std::uint8_t>(random.Below(256));
  const auto encoded = EncodeAll(codec, std::vector<Bytes>(8, noise));
  for (int k = 0; k < 8; ++k) {
    EXPECT_EQ(encoded[k].size() < 100, !codec.IsKey(k)) << k;
    EXPECT_LE(encoded[k].size(), codec.max_encoded_bytes());
  }
}

TEST(FrameCodec, DoesNotCompressFloats) {
  const FrameCodec codec({ElementType::kFloat32, 1, 4}, Compression::kLz4);
  EXPECT_EQ(codec.compression(), Compression::kNone);
  EXPECT_EQ(codec.max_encoded_bytes(), 16u);
}

TEST(FrameCodec, AlignmentCostsAtariFramesNothing) {
  for (const FrameFormat format :
       {FrameFormat{ElementType::kUint8, 105, 80}, FrameFormat{ElementType::kUint8, 84, 84}}) {
    EXPECT_EQ(FrameStride(format), format.bytes());
  }
}

// Another encoder that resumes after the same frame writes the same bytes.
TEST(FrameEncoder, ResumesAfterAnyFrame) {
  const FrameFormat format{ElementType::kUint8, 20, 21};
  const FrameCodec codec(format, Compression::kLz4);
  RandomStream random(2, "frames");
  const auto frames = SomeFrames(format, 20, random);
  const auto encoded = EncodeAll(codec, frames);
  for (int begin = 1; begin < 20; ++begin) {
    FrameEncoder encoder(codec);
    Bytes previous = frames[begin - 1];
    previous.resize(codec.stride());
    encoder.Resume(previous.data());
    for (int k = begin; k < 20; ++k) {
      Bytes out(codec.max_encoded_bytes());
      out.resize(encoder.Encode(k, frames[k], out.data()));
      EXPECT_EQ(out, encoded[k]);
    }
  }
}

// Arbitrary bytes cause no crash and no write beyond the frame.
TEST(FrameCodec, DamagedBytesAreHarmless) {
  const FrameFormat format{ElementType::kUint8, 20, 20};
  const FrameCodec codec(format, Compression::kLz4);
  RandomStream random(3, "frames");
  const auto encoded = EncodeAll(codec, SomeFrames(format, 8, random));
  const std::size_t stride = codec.stride();
  Bytes decoded(3 * stride, 0xaa);
  int refused = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const auto k = static_cast<int>(random.Below(8));
    Bytes damaged = encoded[k];
    damaged.resize(1 + random.Below(damaged.size()));
    damaged[random.Below(damaged.size())] ^= static_cast<std::uint8_t>(1 << random.Below(8));
    refused += !codec.Decode(k, damaged, decoded.data() + stride);
    for (std::size_t i = 0; i < stride; ++i) {
      ASSERT_EQ(decoded[i], 0xaa);
      ASSERT_EQ(decoded[2 * stride + i], 0xaa);
    }
  }
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace arcadeq
