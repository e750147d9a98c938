#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "record/event.h"
#include "record/output_file.h"

struct GifFileType;

namespace arcadeq {

// Writes pictures to an animated GIF that loops forever and keeps their exact colours.
//
// A GIF counts time in hundredths of a second, and browsers slow down pictures shown for less than
// two of them. The writer therefore sums the times of the pictures before it rounds them, so that
// the animation keeps its total length. If pictures come faster than a GIF can show, the newest
// wins; a picture equal to the last prolongs it. Each picture is stored only where it differs from
// the last. A delay is at most 655.35 seconds, so a picture shown for longer is repeated.
//
// The file appears under its name once it is complete, and not at all unless Close() succeeds; see
// FileReplacement. Throws UserError if it cannot be written.
class GifWriter {
 public:
  // Scales to `height` x `width` pixels by nearest neighbour; 0 keeps the pictures' size.
  explicit GifWriter(const std::filesystem::path& file, int height = 0, int width = 0);
  ~GifWriter();
  GifWriter(const GifWriter&) = delete;
  GifWriter& operator=(const GifWriter&) = delete;

  // All pictures must have the same size. Uses height, width, pixels, palette and seconds.
  void Add(const VideoFrame& picture);
  // Completes the file. Without pictures no file is written.
  void Close();

 private:
  // A picture at the size of the GIF.
  struct Canvas {
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> palette;
    bool operator==(const Canvas&) const = default;
  };
  struct Box {
    int left, top, width, height;
  };

  void Begin(const VideoFrame& first);
  void CheckPicture(const VideoFrame& picture) const;
  void Scale(const VideoFrame& picture, Canvas& canvas) const;
  void WritePending(std::int64_t end);
  Box ChangedBox() const;
  int UnusedColour(const Box& box) const;
  void WriteBox(const Box& box, int transparent, std::int64_t delay);
  void WriteOut();

  FileReplacement file_;
  int height_;
  int width_;
  int source_height_ = 0;
  int source_width_ = 0;
  OutputFile out_;
  std::string encoded_;  // giflib's output, not yet in the file
  GifFileType* gif_;

  std::vector<std::uint8_t> global_palette_;
  Canvas shown_;    // the last picture in the file
  Canvas pending_;  // the next one, whose delay is not yet known
  Canvas scratch_;
  std::vector<std::uint8_t> row_;
  bool has_shown_ = false;
  bool has_pending_ = false;
  bool complete_ = false;
  double seconds_ = 0;             // of all pictures so far
  std::int64_t pending_from_ = 0;  // hundredths of a second
};

}  // namespace arcadeq
