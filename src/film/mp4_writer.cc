#include "film/mp4_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/codec.h>
#include <libavcodec/codec_id.h>
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <libavformat/avio.h>
#include <libavutil/avutil.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

#include "picture/image.h"

namespace arcadeq {
namespace {

// A whole number of these is a frame of a console at 60 or 50 per second. MPEG-4 allows no more
// than 65,535 in a second.
constexpr int kTicksPerSecond = 60'000;
// Vector instructions may read beyond the end.
constexpr std::size_t kSlackPixels = 16;

int Checked(int result, const char* what) {
  if (result >= 0) return result;
  if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
  std::array<char, AV_ERROR_MAX_STRING_SIZE> reason = {};
  av_strerror(result, reason.data(), reason.size());
  throw std::runtime_error(fmt::format("FFmpeg: cannot {}: {}", what, reason.data()));
}

template <typename T>
T* Checked(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

struct Free {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
  // Also the bytes written so far, unless they were taken.
  void operator()(AVFormatContext* format) const {
    if (format->pb != nullptr) {
      std::uint8_t* bytes = nullptr;
      avio_close_dyn_buf(format->pb, &bytes);
      av_free(bytes);
    }
    avformat_free_context(format);
  }
  void operator()(std::uint8_t* bytes) const { av_free(bytes); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

using Codec = Owned<AVCodecContext>;

// Null if this build of FFmpeg lacks the encoder, or if that cannot be used.
Codec Open(const char* encoder, int height, int width) {
  const AVCodec* const kind = avcodec_find_encoder_by_name(encoder);
  if (kind == nullptr) return nullptr;
  Codec codec(Checked(avcodec_alloc_context3(kind)));
  codec->height = height;
  codec->width = width;
  codec->pix_fmt = AV_PIX_FMT_YUV420P;  // the one that all players show
  codec->colorspace = AVCOL_SPC_SMPTE170M;
  codec->color_range = AVCOL_RANGE_MPEG;
  codec->time_base = {1, kTicksPerSecond};
  codec->framerate = {60, 1};
  codec->max_b_frames = 0;  // so that the film begins with its first picture
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (kind->id == AV_CODEC_ID_H264) {
    av_opt_set(codec->priv_data, "preset", "fast", 0);
    av_opt_set(codec->priv_data, "crf", "18", 0);
  } else {
    codec->flags |= AV_CODEC_FLAG_QSCALE;
    codec->global_quality = 3 * FF_QP2LAMBDA;
  }
  return avcodec_open2(codec.get(), kind, nullptr) < 0 ? nullptr : std::move(codec);
}

Codec OpenBest(int height, int width) {
  for (const char* encoder : {"libx264", "libopenh264", "mpeg4"}) {
    if (Codec codec = Open(encoder, height, width)) return codec;
  }
  throw std::runtime_error("FFmpeg has no encoder for H.264 or MPEG-4 that works");
}

}  // namespace

// Encodes to memory.
class Mp4Writer::Encoder {
 public:
  Encoder(int height, int width)
      : codec_(OpenBest(height, width)),
        scaler_(
            Checked(sws_getContext(width, height, AV_PIX_FMT_RGB32, width, height, codec_->pix_fmt,
                                   SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr))),
        frame_(Checked(av_frame_alloc())),
        packet_(Checked(av_packet_alloc())),
        argb_(static_cast<std::size_t>(height) * width + kSlackPixels) {
    frame_->format = codec_->pix_fmt;
    frame_->height = height;
    frame_->width = width;
    Checked(av_frame_get_buffer(frame_.get(), 0), "make a picture");

    AVFormatContext* format = nullptr;
    Checked(avformat_alloc_output_context2(&format, nullptr, "mp4", nullptr), "make an MP4");
    format_.reset(format);
    Checked(avio_open_dyn_buf(&format_->pb), "make an MP4");
    AVStream* const stream = Checked(avformat_new_stream(format_.get(), nullptr));
    stream->time_base = codec_->time_base;
    Checked(avcodec_parameters_from_context(stream->codecpar, codec_.get()), "make an MP4");
    Checked(avformat_write_header(format_.get(), nullptr), "begin an MP4");
  }

  void Add(const Image& picture, double seconds) {
    ToArgb(picture, argb_);
    const std::uint8_t* const from[] = {reinterpret_cast<const std::uint8_t*>(argb_.data())};
    const int stride[] = {4 * picture.width};
    Checked(av_frame_make_writable(frame_.get()), "make a picture");
    sws_scale(scaler_.get(), from, stride, 0, picture.height, frame_->data, frame_->linesize);
    frame_->pts = Ticks();
    seconds_ += seconds;
    // A picture that is shown for less than a tick counts one.
    durations_[frame_->pts] = std::max<std::int64_t>(1, Ticks() - frame_->pts);
    Encode(frame_.get());
  }

  std::string Finish() {
    Encode(nullptr);
    Checked(av_write_trailer(format_.get()), "end an MP4");
    std::uint8_t* bytes = nullptr;
    const int size = avio_close_dyn_buf(std::exchange(format_->pb, nullptr), &bytes);
    const Owned<std::uint8_t> owned(bytes);
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  }

 private:
  // The time of all pictures so far.
  std::int64_t Ticks() const { return std::llround(kTicksPerSecond * seconds_); }

  // A null frame is the end of the film.
  void Encode(const AVFrame* frame) {
    Checked(avcodec_send_frame(codec_.get(), frame), "encode a picture");
    for (;;) {
      const int result = avcodec_receive_packet(codec_.get(), packet_.get());
      if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
      Checked(result, "encode a picture");
      // Encoders forget it, but the last picture's is nowhere else.
      packet_->duration = durations_.extract(packet_->pts).mapped();
      const AVStream* const stream = format_->streams[0];
      av_packet_rescale_ts(packet_.get(), codec_->time_base, stream->time_base);
      packet_->stream_index = stream->index;
      Checked(av_interleaved_write_frame(format_.get(), packet_.get()), "write a picture");
    }
  }

  Codec codec_;
  Owned<SwsContext> scaler_;
  Owned<AVFrame> frame_;
  Owned<AVPacket> packet_;
  Owned<AVFormatContext> format_;
  std::vector<std::uint32_t> argb_;
  double seconds_ = 0;                              // of all pictures so far
  std::map<std::int64_t, std::int64_t> durations_;  // of the pictures not yet written, by time
};

Mp4Writer::Mp4Writer(const std::filesystem::path& file, int height, int width)
    : file_(file),
      out_(file_.temporary()),
      frame_(file_.target().string(), height, width, /*even=*/true) {}

Mp4Writer::~Mp4Writer() = default;

void Mp4Writer::Add(const Image& picture, double seconds) {
  frame_.Fit(picture, fitted_);
  if (!encoder_) {
    av_log_set_level(AV_LOG_QUIET);
    encoder_ = std::make_unique<Encoder>(frame_.height(), frame_.width());
  }
  encoder_->Add(fitted_, seconds);
}

void Mp4Writer::Close() {
  if (!encoder_) return;
  const std::string film = encoder_->Finish();
  encoder_.reset();
  out_.Write(film);
  out_.Close();
  file_.Commit();
}

}  // namespace arcadeq
