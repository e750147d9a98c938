#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/output_file.h"
#include "film/film_frame.h"
#include "film/film_writer.h"
#include "picture/image.h"

struct WebPAnimEncoder;

namespace arcadeq {

// Writes pictures to an animated WebP that loops forever and keeps their exact colours. WebP counts
// time in milliseconds; the times of the pictures are summed before they are rounded. A single
// picture becomes a still image.
class WebpWriter final : public FilmWriter {
 public:
  // See MakeFilmWriter().
  explicit WebpWriter(const std::filesystem::path& file, int height = 0, int width = 0);
  ~WebpWriter() override;
  WebpWriter(const WebpWriter&) = delete;
  WebpWriter& operator=(const WebpWriter&) = delete;

  void Add(const Image& picture, double seconds) override;
  void Close() override;

 private:
  struct DeleteEncoder {
    void operator()(WebPAnimEncoder* encoder) const;
  };

  void Begin();
  int Milliseconds() const;
  [[noreturn]] void Fail() const;

  FileReplacement file_;
  OutputFile out_;
  FilmFrame frame_;
  std::unique_ptr<WebPAnimEncoder, DeleteEncoder> encoder_;  // from the first picture to Close()
  Image fitted_;
  std::vector<std::uint32_t> argb_;
  double seconds_ = 0;  // of all pictures so far
};

}  // namespace arcadeq
