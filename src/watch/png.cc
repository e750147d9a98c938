#include "watch/png.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <zconf.h>
#include <zlib.h>

#include "base/error.h"
#include "picture/image.h"

namespace arcadeq {
namespace {

// Most of what a stronger compression saves, in a fraction of its time.
constexpr int kCompression = 1;

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);

void AppendNumber(std::uint32_t number, std::string& to) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift);
}

const Bytef* BytesOf(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

void AppendChunk(std::string_view type, std::string_view data, std::string& to) {
  AppendNumber(static_cast<std::uint32_t>(data.size()), to);
  const std::size_t begin = to.size();
  to += type;
  to += data;
  const std::string_view checked = std::string_view(to).substr(begin);
  AppendNumber(
      static_cast<std::uint32_t>(crc32(0, BytesOf(checked), static_cast<uInt>(checked.size()))),
      to);
}

// Each row follows the number of its filter: none.
std::string Rows(const Image& picture) {
  std::string rows;
  const auto width = static_cast<std::size_t>(picture.width);
  rows.reserve(picture.pixels.size() + static_cast<std::size_t>(picture.height));
  for (std::size_t i = 0; i < picture.pixels.size(); i += width) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(&picture.pixels[i]), width);
  }
  return rows;
}

std::string Compress(std::string_view bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string compressed(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, BytesOf(bytes),
                static_cast<uLong>(bytes.size()), kCompression) != Z_OK) {
    ThrowUserError("cannot compress a picture: out of memory");
  }
  compressed.resize(size);
  return compressed;
}

}  // namespace

std::string EncodePng(const Image& picture) {
  if (!IsComplete(picture)) {
    ThrowUserError("a picture of {} x {} has {} pixels and {} colours", picture.height,
                   picture.width, picture.pixels.size(), picture.colours());
  }
  std::string header;
  AppendNumber(static_cast<std::uint32_t>(picture.width), header);
  AppendNumber(static_cast<std::uint32_t>(picture.height), header);
  // 8 bits per pixel, of the palette; the only compression, filters and order without interlacing.
  header += std::string_view("\x08\x03\x00\x00\x00", 5);
  std::string png(kSignature);
  AppendChunk("IHDR", header, png);
  AppendChunk("PLTE",
              {reinterpret_cast<const char*>(picture.palette.data()), picture.palette.size()}, png);
  AppendChunk("IDAT", Compress(Rows(picture)), png);
  AppendChunk("IEND", "", png);
  return png;
}

}  // namespace arcadeq
