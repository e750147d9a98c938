#include "train/picture.h"

#include "env/env.h"
#include "record/event.h"

namespace arcadeq {

VideoFrame MakePicture(const ScreenView& screen, double seconds) {
  VideoFrame picture;
  picture.height = screen.height;
  picture.width = screen.width;
  picture.pixels.assign(screen.pixels.begin(), screen.pixels.end());
  for (const Rgb& colour : screen.palette) {
    picture.palette.insert(picture.palette.end(), {colour.r, colour.g, colour.b});
  }
  picture.seconds = seconds;
  return picture;
}

}  // namespace arcadeq
