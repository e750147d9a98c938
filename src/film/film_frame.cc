#include "film/film_frame.h"

#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "picture/image.h"

namespace arcadeq {

FilmFrame::FilmFrame(std::string film, int height, int width, bool even)
    : film_(std::move(film)), height_(height), width_(width), even_(even) {}

void FilmFrame::Fit(const Image& picture, Image& fitted) {
  const bool first = source_height_ == 0;
  const bool fits = first || (picture.height == source_height_ && picture.width == source_width_);
  if (!fits || !IsComplete(picture)) {
    throw std::invalid_argument(fmt::format(
        "{}: a picture of {}x{} with {} pixels and {} colours does not fit into a video of {}x{}",
        film_, picture.height, picture.width, picture.pixels.size(), picture.colours(),
        source_height_, source_width_));
  }
  if (first) {
    source_height_ = picture.height;
    source_width_ = picture.width;
    if (height_ == 0) height_ = picture.height;
    if (width_ == 0) width_ = picture.width;
    if (even_) {
      height_ += height_ % 2;
      width_ += width_ % 2;
    }
  }
  Scale(picture, height_, width_, fitted);
}

}  // namespace arcadeq
