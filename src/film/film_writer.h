#pragma once

#include <filesystem>
#include <memory>

#include "picture/image.h"

namespace arcadeq {

// Writes the pictures of a game to a film. The file appears under its name once it is complete, and
// not at all unless Close() succeeds; see FileReplacement. Functions throw UserError if it cannot
// be written.
class FilmWriter {
 public:
  virtual ~FilmWriter() = default;

  // Adds a picture that is shown for `seconds`. All pictures must have the same size.
  virtual void Add(const Image& picture, double seconds) = 0;
  // Completes the file. Without pictures no file is written.
  virtual void Close() = 0;
};

// The format follows from the file's extension: GIF, WebP or MP4. Scales to `height` x `width`
// pixels by nearest neighbour; 0 keeps the pictures' size. Throws UserError if the extension is not
// known or the file cannot be created.
std::unique_ptr<FilmWriter> MakeFilmWriter(const std::filesystem::path& file, int height = 0,
                                           int width = 0);

}  // namespace arcadeq
