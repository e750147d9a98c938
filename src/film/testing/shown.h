#pragma once

#include <utility>
#include <vector>

#include "film/film_writer.h"
#include "picture/image.h"

namespace arcadeq {

// A picture and how long a film shows it.
struct Shown : Image {
  // NOLINTNEXTLINE(google-explicit-constructor): tests mostly do not care how long.
  Shown(Image image, double seconds_in = 0.05) : Image(std::move(image)), seconds(seconds_in) {}

  double seconds;
};

inline void AddAll(const std::vector<Shown>& pictures, FilmWriter& writer) {
  for (const Shown& picture : pictures) writer.Add(picture, picture.seconds);
}

}  // namespace arcadeq
