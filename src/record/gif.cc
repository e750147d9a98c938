#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "film/gif_writer.h"
#include "record/event.h"
#include "record/sink.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

class GifSink : public Sink {
 public:
  GifSink(std::filesystem::path directory, int height, int width)
      : directory_(std::move(directory)), height_(height), width_(width) {
    MakeDirectories(directory_);
  }

  // A run that never reached RunEnded keeps the finished part of its last video.
  ~GifSink() override {
    try {
      Complete();
    } catch (const std::exception&) {
      // Ignored: the recorder is shutting down and nobody is left to tell.
    }
  }

  void Handle(const Event& event) override {
    try {
      Write(event);
    } catch (...) {
      writer_.reset();  // drops the incomplete file
      throw;
    }
  }

 private:
  void Write(const Event& event) {
    if (const auto* picture = std::get_if<VideoFrame>(&event)) {
      if (picture->filmed) Add(*picture);
    } else if (const auto* ended = std::get_if<VideoEnded>(&event)) {
      if (!writer_) return;
      Complete();
      Rename(fmt::format("episode_{:06}.gif", ended->episode));
    } else if (std::holds_alternative<RunEnded>(event)) {
      Complete();
    }
  }

  void Add(const VideoFrame& picture) {
    if (picture.first_step != first_step_) Complete();
    if (!writer_) {
      first_step_ = picture.first_step;
      file_ = directory_ / fmt::format("unfinished_from_step_{:09}.gif", first_step_);
      writer_.emplace(file_, height_, width_);
    }
    writer_->Add(picture, picture.seconds);
  }

  void Rename(const std::string& name) {
    std::error_code error;
    std::filesystem::rename(file_, directory_ / name, error);
    if (error) {
      ThrowUserError("cannot write {}: {}", (directory_ / name).string(), error.message());
    }
  }

  void Complete() {
    if (writer_) writer_->Close();
    writer_.reset();
  }

  const std::filesystem::path directory_;
  const int height_;
  const int width_;
  std::int64_t first_step_ = 0;  // of the episode whose video was last written to
  std::filesystem::path file_;   // of that video, until the episode has a number
  std::optional<GifWriter> writer_;
};

}  // namespace

std::unique_ptr<Sink> MakeGifSink(const std::filesystem::path& directory, int height, int width) {
  return std::make_unique<GifSink>(directory, height, width);
}

}  // namespace arcadeq
