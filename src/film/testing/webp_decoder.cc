#include "film/testing/webp_decoder.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <webp/demux.h>
#include <webp/mux_types.h>

#include "base/file.h"

namespace arcadeq {

DecodedWebp DecodeWebp(const std::filesystem::path& file) {
  const std::string content = ReadFile(file);
  const WebPData data{reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(
      WebPAnimDecoderNew(&data, nullptr), WebPAnimDecoderDelete);
  WebPAnimInfo info;
  if (decoder == nullptr || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0) {
    throw std::runtime_error("libwebp cannot read " + file.string());
  }
  DecodedWebp decoded;
  decoded.height = static_cast<int>(info.canvas_height);
  decoded.width = static_cast<int>(info.canvas_width);
  decoded.loops_for_ever = info.loop_count == 0;
  while (WebPAnimDecoderHasMoreFrames(decoder.get()) != 0) {
    std::uint8_t* rgba = nullptr;
    DecodedWebp::Picture picture;
    if (WebPAnimDecoderGetNext(decoder.get(), &rgba, &picture.until) == 0) {
      throw std::runtime_error("libwebp cannot decode " + file.string());
    }
    const auto pixels = static_cast<std::size_t>(info.canvas_height) * info.canvas_width;
    for (std::size_t i = 0; i < pixels; ++i) {
      picture.rgb.insert(picture.rgb.end(), rgba + 4 * i, rgba + 4 * i + 3);
    }
    decoded.pictures.push_back(std::move(picture));
  }
  return decoded;
}

}  // namespace arcadeq
