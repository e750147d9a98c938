#include "watch/png.h"

#include <string>

#include <png.h>
#include <pngconf.h>

#include "base/error.h"
#include "picture/image.h"

namespace arcadeq {

std::string EncodePng(const Image& picture) {
  if (!IsComplete(picture)) {
    ThrowUserError("a picture of {} x {} has {} pixels and {} colours", picture.height,
                   picture.width, picture.pixels.size(), picture.colours());
  }
  png_image header = {};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(picture.width);
  header.height = static_cast<png_uint_32>(picture.height);
  header.format = PNG_FORMAT_RGB_COLORMAP;
  header.flags = PNG_IMAGE_FLAG_FAST;  // a little larger, in a fraction of the time
  header.colormap_entries = static_cast<png_uint_32>(picture.colours());
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
  std::string png(size, '\0');
  if (png_image_write_to_memory(&header, png.data(), &size, /*convert_to_8bit=*/0,
                                picture.pixels.data(), /*row_stride=*/0,
                                picture.palette.data()) == 0) {
    ThrowUserError("cannot compress a picture: {}", static_cast<const char*>(header.message));
  }
  png.resize(size);
  return png;
}

}  // namespace arcadeq
