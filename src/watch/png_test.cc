#include "watch/png.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/testing/refusal.h"
#include "picture/image.h"

namespace arcadeq {
namespace {

std::uint32_t NumberAt(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes.at(i));
  }
  return number;
}

struct Chunk {
  std::string type, data;
};

// Checks each chunk's checksum.
std::vector<Chunk> ChunksOf(const std::string& png) {
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  std::vector<Chunk> chunks;
  for (std::size_t at = 8; at < png.size();) {
    const std::size_t size = NumberAt(png, at);
    chunks.push_back({png.substr(at + 4, 4), png.substr(at + 8, size)});
    const auto* checked = reinterpret_cast<const Bytef*>(png.data()) + at + 4;
    EXPECT_EQ(NumberAt(png, at + 8 + size), crc32(0, checked, static_cast<uInt>(size + 4)));
    at += size + 12;
  }
  return chunks;
}

Image Gradient() {
  Image picture;
  picture.height = 3;
  picture.width = 5;
  for (int i = 0; i < 15; ++i) picture.pixels.push_back(static_cast<std::uint8_t>(i % 4));
  picture.palette = {0, 0, 0, 200, 10, 20, 30, 210, 40, 50, 60, 220};
  return picture;
}

TEST(Png, HoldsThePicture) {
  const auto chunks = ChunksOf(EncodePng(Gradient()));
  ASSERT_EQ(chunks.size(), 4u);
  EXPECT_EQ(chunks[0].type, "IHDR");
  EXPECT_EQ(NumberAt(chunks[0].data, 0), 5u);
  EXPECT_EQ(NumberAt(chunks[0].data, 4), 3u);
  EXPECT_EQ(chunks[0].data.substr(8), std::string("\x08\x03\0\0\0", 5));
  EXPECT_EQ(chunks[1].type, "PLTE");
  EXPECT_EQ(chunks[1].data.size(), 12u);
  EXPECT_EQ(chunks[2].type, "IDAT");
  std::string rows(100, '\0');
  uLongf size = rows.size();
  ASSERT_EQ(
      uncompress(reinterpret_cast<Bytef*>(rows.data()), &size,
                 reinterpret_cast<const Bytef*>(chunks[2].data.data()), chunks[2].data.size()),
      Z_OK);
  rows.resize(size);
  EXPECT_EQ(rows, std::string("\0\0\1\2\3\0"
                              "\0\1\2\3\0\1"
                              "\0\2\3\0\1\2",
                              18));
  EXPECT_EQ(chunks[3].type, "IEND");
}

TEST(Png, RefusesPicturesOfAnotherSize) {
  Image picture = Gradient();
  picture.pixels.pop_back();
  EXPECT_NE(RefusalOf([&] { EncodePng(picture); }), "");
  picture.width = picture.height = 0;
  picture.pixels.clear();
  EXPECT_NE(RefusalOf([&] { EncodePng(picture); }), "");
}

}  // namespace
}  // namespace arcadeq
