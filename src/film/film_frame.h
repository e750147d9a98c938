#pragma once

#include <string>

#include "picture/image.h"

namespace arcadeq {

// Brings the pictures of a film to the film's size.
class FilmFrame {
 public:
  // A height or width of 0 keeps that of the pictures; `even` rounds both up to even numbers.
  // `film` names the film in errors.
  FilmFrame(std::string film, int height, int width, bool even = false);

  // Scales by nearest neighbour. Throws std::invalid_argument unless the picture is complete and
  // has the size of the first.
  void Fit(const Image& picture, Image& fitted);
  // The film's size; known after the first Fit().
  int height() const { return height_; }
  int width() const { return width_; }

 private:
  const std::string film_;
  int height_, width_;
  const bool even_;
  int source_height_ = 0, source_width_ = 0;
};

}  // namespace arcadeq
