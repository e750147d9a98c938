#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/output_file.h"
#include "film/film_frame.h"
#include "film/film_writer.h"
#include "picture/image.h"

struct GifFileType;

namespace arcadeq {

// Writes pictures to an animated GIF that loops forever and keeps their exact colours.
//
// A GIF counts time in hundredths of a second, and browsers slow down pictures shown for less than
// two of them. The writer therefore sums the times of the pictures before it rounds them, so that
// the animation keeps its total length. If pictures come faster than a GIF can show, the newest
// wins; a picture equal to the last prolongs it. Each picture is stored only where it differs from
// the last. A delay is at most 655.35 seconds, so a picture shown for longer is repeated.
class GifWriter final : public FilmWriter {
 public:
  // See MakeFilmWriter().
  explicit GifWriter(const std::filesystem::path& file, int height = 0, int width = 0);
  ~GifWriter() override;
  GifWriter(const GifWriter&) = delete;
  GifWriter& operator=(const GifWriter&) = delete;

  void Add(const Image& picture, double seconds) override;
  void Close() override;

 private:
  struct Box {
    int left, top, width, height;
  };

  void Begin();
  void WritePending(std::int64_t end);
  Box ChangedBox() const;
  int UnusedColour(const Box& box) const;
  void WriteBox(const Box& box, int transparent, std::int64_t delay);
  void WriteOut();

  FileReplacement file_;
  FilmFrame frame_;
  OutputFile out_;
  std::string encoded_;  // giflib's output, not yet in the file
  GifFileType* gif_;

  std::vector<std::uint8_t> global_palette_;
  Image shown_;    // the last picture in the file
  Image pending_;  // the next one, whose delay is not yet known
  Image scratch_;
  std::vector<std::uint8_t> row_;
  bool has_shown_ = false;
  bool has_pending_ = false;
  bool complete_ = false;
  double seconds_ = 0;             // of all pictures so far
  std::int64_t pending_from_ = 0;  // hundredths of a second
};

}  // namespace arcadeq
