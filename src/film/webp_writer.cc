#include "film/webp_writer.h"

#include <cmath>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <webp/encode.h>
#include <webp/mux.h>
#include <webp/mux_types.h>

#include "base/error.h"
#include "film/film_frame.h"
#include "picture/image.h"

namespace arcadeq {
namespace {

// How hard the encoder tries, of 0 to 9: pictures of games hardly become smaller by more.
constexpr int kEffort = 1;
constexpr int kLargestSide = 16383;  // of a WebP

WebPConfig Lossless() {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0 || WebPConfigLosslessPreset(&config, kEffort) == 0) {
    throw std::runtime_error("libwebp has another version than its headers");
  }
  return config;
}

}  // namespace

void WebpWriter::DeleteEncoder::operator()(WebPAnimEncoder* encoder) const {
  WebPAnimEncoderDelete(encoder);
}

WebpWriter::WebpWriter(const std::filesystem::path& file, int height, int width)
    : file_(file), out_(file_.temporary()), frame_(file_.target().string(), height, width) {}

WebpWriter::~WebpWriter() = default;

void WebpWriter::Add(const Image& picture, double seconds) {
  frame_.Fit(picture, fitted_);
  if (!encoder_) Begin();
  argb_.resize(fitted_.pixels.size());
  ToArgb(fitted_, argb_);
  WebPPicture shown;
  if (WebPPictureInit(&shown) == 0) throw std::runtime_error("libwebp has another version");
  shown.use_argb = 1;
  shown.width = frame_.width();
  shown.height = frame_.height();
  shown.argb = argb_.data();
  shown.argb_stride = frame_.width();
  static const WebPConfig kConfig = Lossless();
  if (WebPAnimEncoderAdd(encoder_.get(), &shown, Milliseconds(), &kConfig) == 0) Fail();
  seconds_ += seconds;
}

void WebpWriter::Close() {
  if (!encoder_) return;
  if (WebPAnimEncoderAdd(encoder_.get(), nullptr, Milliseconds(), nullptr) == 0) Fail();
  WebPData data;
  WebPDataInit(&data);
  if (WebPAnimEncoderAssemble(encoder_.get(), &data) == 0) {
    WebPDataClear(&data);
    Fail();
  }
  encoder_.reset();
  try {
    out_.Write({reinterpret_cast<const char*>(data.bytes), data.size});
  } catch (...) {
    WebPDataClear(&data);
    throw;
  }
  WebPDataClear(&data);
  out_.Close();
  file_.Commit();
}

void WebpWriter::Begin() {
  if (frame_.width() > kLargestSide || frame_.height() > kLargestSide) {
    ThrowUserError("cannot write {}: a WebP has at most {} pixels a side, not {}x{}",
                   file_.target().string(), kLargestSide, frame_.width(), frame_.height());
  }
  WebPAnimEncoderOptions options;
  if (WebPAnimEncoderOptionsInit(&options) == 0) {
    throw std::runtime_error("libwebp has another version than its headers");
  }
  options.anim_params.loop_count = 0;  // forever
  encoder_.reset(WebPAnimEncoderNew(frame_.width(), frame_.height(), &options));
  if (!encoder_) throw std::bad_alloc();
}

int WebpWriter::Milliseconds() const {
  return static_cast<int>(std::llround(1000 * seconds_));
}

void WebpWriter::Fail() const {
  throw std::runtime_error(fmt::format("libwebp: {}", WebPAnimEncoderGetError(encoder_.get())));
}

}  // namespace arcadeq
