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

// Writes pictures as one animated GIF that loops for ever, in exactly the colours they come in.
//
// A GIF counts time in hundredths of a second, and browsers slow down a picture shown for less than
// two of them. The times of the pictures are therefore added up before they are rounded, so that
// the animation lasts as long as they do; where they come faster than a GIF can show, the newest
// one wins; one equal to the last prolongs it. Each is coded only where it differs from the last. A
// delay is at most 655.35 seconds, so a picture that stays longer is repeated.
//
// The file appears under its name once it is complete, and not at all if Close() is never reached
// or fails; see FileReplacement. Throws UserError if it cannot be written.
class GifWriter {
 public:
  // `height` x `width` pixels, scaled by nearest neighbour; 0: as the pictures are.
  explicit GifWriter(const std::filesystem::path& file, int height = 0, int width = 0);
  ~GifWriter();
  GifWriter(const GifWriter&) = delete;
  GifWriter& operator=(const GifWriter&) = delete;

  // All pictures of a GIF have one size. Uses height, width, pixels, palette and seconds.
  void Add(const VideoFrame& picture);
  // Completes the file. Without pictures there is none.
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
  std::string encoded_;  // by giflib, on its way into the file
  GifFileType* gif_;

  std::vector<std::uint8_t> global_palette_;
  Canvas shown_;    // the last picture in the file
  Canvas pending_;  // the next one, whose time on show is not yet known
  Canvas scratch_;
  std::vector<std::uint8_t> row_;
  bool has_shown_ = false;
  bool has_pending_ = false;
  bool complete_ = false;
  double seconds_ = 0;             // of all pictures so far
  std::int64_t pending_from_ = 0;  // hundredths of a second
};

}  // namespace arcadeq
