#include "film/film_writer.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "film/gif_writer.h"
#include "film/mp4_writer.h"
#include "film/webp_writer.h"

namespace arcadeq {

std::unique_ptr<FilmWriter> MakeFilmWriter(const std::filesystem::path& file, int height,
                                           int width) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  if (extension == ".gif") return std::make_unique<GifWriter>(file, height, width);
  if (extension == ".webp") return std::make_unique<WebpWriter>(file, height, width);
  if (extension == ".mp4") return std::make_unique<Mp4Writer>(file, height, width);
  ThrowUserError("cannot write {}: a film's name ends in .gif, .webp or .mp4", file.string());
}

}  // namespace arcadeq
