#include "film/testing/gif_decoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <gif_lib.h>

namespace arcadeq {
namespace {

struct CloseGif {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

bool LoopsForEver(const SavedImage& first) {
  for (int i = 0; i + 1 < first.ExtensionBlockCount; ++i) {
    const ExtensionBlock& name = first.ExtensionBlocks[i];
    const ExtensionBlock& loops = first.ExtensionBlocks[i + 1];
    if (name.Function == APPLICATION_EXT_FUNC_CODE &&
        std::string_view(reinterpret_cast<const char*>(name.Bytes), name.ByteCount) ==
            "NETSCAPE2.0") {
      return loops.ByteCount == 3 && loops.Bytes[0] == 1 && loops.Bytes[1] == 0 &&
             loops.Bytes[2] == 0;
    }
  }
  return false;
}

}  // namespace

DecodedGif DecodeGif(const std::filesystem::path& file) {
  int error = 0;
  const std::unique_ptr<GifFileType, CloseGif> gif(DGifOpenFileName(file.c_str(), &error));
  if (gif == nullptr || DGifSlurp(gif.get()) != GIF_OK) {
    throw std::runtime_error("giflib cannot read " + file.string());
  }
  DecodedGif decoded;
  decoded.height = gif->SHeight;
  decoded.width = gif->SWidth;
  decoded.loops_for_ever = LoopsForEver(gif->SavedImages[0]);
  for (int i = 0; i < gif->SColorMap->ColorCount; ++i) {
    const GifColorType& colour = gif->SColorMap->Colors[i];
    decoded.palette.insert(decoded.palette.end(), {colour.Red, colour.Green, colour.Blue});
  }

  std::vector<std::uint8_t> canvas(static_cast<std::size_t>(3) * decoded.height * decoded.width);
  for (int i = 0; i < gif->ImageCount; ++i) {
    const SavedImage& image = gif->SavedImages[i];
    GraphicsControlBlock control;
    if (DGifSavedExtensionToGCB(gif.get(), i, &control) != GIF_OK ||
        control.DisposalMode != DISPOSE_DO_NOT) {
      throw std::runtime_error("a picture without its control block");
    }
    const GifImageDesc& box = image.ImageDesc;
    const ColorMapObject* table = box.ColorMap != nullptr ? box.ColorMap : gif->SColorMap;
    for (int p = 0; p < box.Width * box.Height; ++p) {
      const int index = image.RasterBits[p];
      if (index == control.TransparentColor) continue;
      const int y = box.Top + p / box.Width;
      const int x = box.Left + p % box.Width;
      const GifColorType& colour = table->Colors[index];
      const std::uint8_t rgb[] = {colour.Red, colour.Green, colour.Blue};
      std::copy_n(rgb, 3, canvas.begin() + 3 * (static_cast<std::ptrdiff_t>(y) * gif->SWidth + x));
    }
    decoded.pictures.push_back({canvas, control.DelayTime, box.Width * box.Height});
  }
  return decoded;
}

}  // namespace arcadeq
