#pragma once

#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/output_file.h"
#include "film/film_frame.h"
#include "film/film_writer.h"
#include "picture/image.h"

namespace arcadeq {

// Writes pictures to an MP4, as H.264 or, if FFmpeg was built without an encoder for it, as MPEG-4.
// The sides of the film are even: odd ones are rounded up. Each picture is shown for its time, to a
// 60,000th of a second.
class Mp4Writer final : public FilmWriter {
 public:
  // See MakeFilmWriter().
  explicit Mp4Writer(const std::filesystem::path& file, int height = 0, int width = 0);
  ~Mp4Writer() override;
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;

  void Add(const Image& picture, double seconds) override;
  void Close() override;

 private:
  class Encoder;

  FileReplacement file_;
  OutputFile out_;
  FilmFrame frame_;
  std::unique_ptr<Encoder> encoder_;  // from the first picture to Close()
  Image fitted_;
};

}  // namespace arcadeq
