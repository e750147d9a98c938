#include <exception>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "record/gif_writer.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

class GifSink : public Sink {
 public:
  GifSink(std::filesystem::path directory, int height, int width)
      : directory_(std::move(directory)), height_(height), width_(width) {
    MakeDirectories(directory_);
  }

  // A run that stopped short of RunEnded keeps what there is of its last video.
  ~GifSink() override {
    try {
      Complete();
    } catch (const std::exception&) {
      // The recorder is going: there is nobody left to tell.
    }
  }

  void Handle(const Event& event) override {
    try {
      Write(event);
    } catch (...) {
      writer_.reset();  // what was written is no GIF
      throw;
    }
  }

 private:
  void Write(const Event& event) {
    if (const auto* picture = std::get_if<VideoFrame>(&event)) {
      if (picture->filmed) Add(*picture);
    } else if (std::holds_alternative<VideoEnded>(event) ||
               std::holds_alternative<RunEnded>(event)) {
      Complete();
    }
  }

  void Add(const VideoFrame& picture) {
    if (picture.episode != episode_) Complete();
    if (!writer_) {
      episode_ = picture.episode;
      writer_.emplace(directory_ / fmt::format("episode_{:06}.gif", episode_), height_, width_);
    }
    writer_->Add(picture);
  }

  void Complete() {
    if (writer_) writer_->Close();
    writer_.reset();
  }

  const std::filesystem::path directory_;
  const int height_;
  const int width_;
  std::int64_t episode_ = 0;
  std::optional<GifWriter> writer_;
};

}  // namespace

std::unique_ptr<Sink> MakeGifSink(const std::filesystem::path& directory, int height, int width) {
  return std::make_unique<GifSink>(directory, height, width);
}

}  // namespace arcadeq
