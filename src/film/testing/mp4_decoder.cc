#include "film/testing/mp4_decoder.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

namespace arcadeq {
namespace {

struct Close {
  void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
template <typename T>
using Owned = std::unique_ptr<T, Close>;

std::vector<std::uint8_t> ToRgb(const AVFrame& frame) {
  // FFmpeg leaves the ends of rows out unless there is room for whole vectors.
  const int stride = 3 * (frame.width + 63);
  std::vector<std::uint8_t> rows(static_cast<std::size_t>(stride) * frame.height);
  const Owned<SwsContext> scaler(sws_getContext(
      frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), frame.width,
      frame.height, AV_PIX_FMT_RGB24, SWS_POINT, nullptr, nullptr, nullptr));
  std::uint8_t* const to[] = {rows.data()};
  const int strides[] = {stride};
  sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, to, strides);
  std::vector<std::uint8_t> rgb;
  for (int y = 0; y < frame.height; ++y) {
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(y) * stride;
    rgb.insert(rgb.end(), row, row + 3 * frame.width);
  }
  return rgb;
}

}  // namespace

DecodedMp4 DecodeMp4(const std::filesystem::path& file) {
  AVFormatContext* opened = nullptr;
  if (avformat_open_input(&opened, file.c_str(), nullptr, nullptr) < 0) {
    throw std::runtime_error("FFmpeg cannot read " + file.string());
  }
  const Owned<AVFormatContext> format(opened);
  if (format->nb_streams != 1 || avformat_find_stream_info(opened, nullptr) < 0) {
    throw std::runtime_error("FFmpeg finds no stream in " + file.string());
  }
  const AVStream& stream = *format->streams[0];
  const AVCodec* const kind = avcodec_find_decoder(stream.codecpar->codec_id);
  const Owned<AVCodecContext> codec(avcodec_alloc_context3(kind));
  avcodec_parameters_to_context(codec.get(), stream.codecpar);
  if (avcodec_open2(codec.get(), kind, nullptr) < 0) {
    throw std::runtime_error("FFmpeg cannot decode " + file.string());
  }
  DecodedMp4 decoded;
  decoded.codec = kind->name;
  decoded.height = stream.codecpar->height;
  decoded.width = stream.codecpar->width;
  const double tick = av_q2d(stream.time_base);
  std::map<std::int64_t, std::int64_t> durations;
  const Owned<AVFrame> frame(av_frame_alloc());
  const Owned<AVPacket> packet(av_packet_alloc());
  for (bool ended = false; !ended;) {
    ended = av_read_frame(format.get(), packet.get()) < 0;
    if (!ended) durations[packet->pts] = packet->duration;
    if (avcodec_send_packet(codec.get(), ended ? nullptr : packet.get()) < 0) {
      throw std::runtime_error("FFmpeg cannot decode " + file.string());
    }
    av_packet_unref(packet.get());
    while (avcodec_receive_frame(codec.get(), frame.get()) == 0) {
      decoded.pictures.push_back({ToRgb(*frame), tick * static_cast<double>(frame->pts),
                                  tick * static_cast<double>(durations.at(frame->pts))});
    }
  }
  return decoded;
}

}  // namespace arcadeq
