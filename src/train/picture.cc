#include "train/picture.h"

namespace arcadeq {

VideoFrame MakePicture(const ScreenView& screen, int frames) {
  constexpr double kFramesPerSecond = 60;
  VideoFrame picture;
  picture.height = screen.height;
  picture.width = screen.width;
  picture.pixels.assign(screen.pixels.begin(), screen.pixels.end());
  for (const Rgb& colour : screen.palette) {
    picture.palette.insert(picture.palette.end(), {colour.r, colour.g, colour.b});
  }
  picture.seconds = frames / kFramesPerSecond;
  return picture;
}

}  // namespace arcadeq
