#include "film/gif_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gif_lib.h>

#include "film/film_frame.h"
#include "picture/image.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kShortestDelay = 2;  // hundredths of a second
constexpr std::int64_t kLongestDelay = 65535;

std::int64_t Hundredths(double seconds) {
  return std::llround(100 * seconds);
}

void Check(int giflib_result, const GifFileType* gif) {
  if (giflib_result != GIF_OK) {
    const char* reason = GifErrorString(gif->Error);
    throw std::runtime_error(fmt::format("giflib: {}", reason != nullptr ? reason : "error"));
  }
}

int AppendEncoded(GifFileType* gif, const GifByteType* bytes, int size) {
  static_cast<std::string*>(gif->UserData)->append(reinterpret_cast<const char*>(bytes), size);
  return size;
}

// The size of a GIF's colour table must be a power of two, at least 2.
int TableSize(const std::vector<std::uint8_t>& palette) {
  return static_cast<int>(std::bit_ceil(std::max<std::size_t>(palette.size() / 3, 2)));
}

struct FreeColourTable {
  void operator()(ColorMapObject* table) const { GifFreeMapObject(table); }
};
using ColourTable = std::unique_ptr<ColorMapObject, FreeColourTable>;

ColourTable MakeColourTable(const std::vector<std::uint8_t>& palette) {
  ColourTable table(GifMakeMapObject(TableSize(palette), nullptr));
  if (table == nullptr) throw std::bad_alloc();
  std::fill_n(table->Colors, table->ColorCount, GifColorType{});
  for (std::size_t i = 0; i < palette.size() / 3; ++i) {
    table->Colors[i] = {palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
  }
  return table;
}

}  // namespace

GifWriter::GifWriter(const std::filesystem::path& file, int height, int width)
    : file_(file),
      frame_(file_.target().string(), height, width),
      out_(file_.temporary()),
      gif_(EGifOpen(&encoded_, AppendEncoded, nullptr)) {
  if (gif_ == nullptr) throw std::bad_alloc();
}

GifWriter::~GifWriter() {
  if (gif_ != nullptr) EGifCloseFile(gif_, nullptr);
}

void GifWriter::Add(const Image& picture, double seconds) {
  frame_.Fit(picture, scratch_);
  if (!has_pending_) Begin();
  const std::int64_t from = Hundredths(seconds_);
  seconds_ += seconds;
  if (has_pending_ && scratch_ == pending_) return;
  if (has_pending_ && from - pending_from_ >= kShortestDelay) {
    WritePending(from);
    pending_from_ = from;
  }
  std::swap(pending_, scratch_);
  has_pending_ = true;
}

void GifWriter::Close() {
  if (!has_pending_ || complete_) return;
  WritePending(std::max(Hundredths(seconds_), pending_from_ + kShortestDelay));
  if (EGifCloseFile(std::exchange(gif_, nullptr), nullptr) != GIF_OK) {
    throw std::runtime_error("giflib: cannot encode the end of the file");
  }
  WriteOut();
  out_.Close();
  file_.Commit();
  complete_ = true;
}

// Writes what comes before the pictures, the first of which is in the scratch image.
void GifWriter::Begin() {
  global_palette_ = scratch_.palette;
  EGifSetGifVersion(gif_, true);
  const ColourTable table = MakeColourTable(global_palette_);
  Check(EGifPutScreenDesc(gif_, frame_.width(), frame_.height(), 8, 0, table.get()), gif_);
  constexpr std::array<GifByteType, 3> kLoopForEver = {1, 0, 0};
  Check(EGifPutExtensionLeader(gif_, APPLICATION_EXT_FUNC_CODE), gif_);
  Check(EGifPutExtensionBlock(gif_, 11, "NETSCAPE2.0"), gif_);
  Check(EGifPutExtensionBlock(gif_, kLoopForEver.size(), kLoopForEver.data()), gif_);
  Check(EGifPutExtensionTrailer(gif_), gif_);
}

// Writes the pending picture, repeated unchanged if it is shown for longer than the longest delay.
void GifWriter::WritePending(std::int64_t end) {
  for (std::int64_t left = end - pending_from_; left > 0;) {
    const std::int64_t delay =
        left > kLongestDelay ? std::min(kLongestDelay, left - kShortestDelay) : left;
    const bool differs_by_index = has_shown_ && shown_.palette == pending_.palette;
    const Box box = differs_by_index ? ChangedBox() : Box{0, 0, frame_.width(), frame_.height()};
    WriteBox(box, differs_by_index ? UnusedColour(box) : NO_TRANSPARENT_COLOR, delay);
    shown_ = pending_;
    has_shown_ = true;
    left -= delay;
  }
}

// The box to redraw to turn the shown picture into the pending one; one pixel if they are equal.
GifWriter::Box GifWriter::ChangedBox() const {
  const int height = frame_.height(), width = frame_.width();
  int top = height, bottom = -1, left = width, right = -1;
  for (int y = 0; y < height; ++y) {
    const auto now = pending_.pixels.begin() + static_cast<std::ptrdiff_t>(y) * width;
    const auto before = shown_.pixels.begin() + static_cast<std::ptrdiff_t>(y) * width;
    const auto first = std::mismatch(now, now + width, before).first;
    if (first == now + width) continue;
    const auto last =
        std::mismatch(std::make_reverse_iterator(now + width), std::make_reverse_iterator(now),
                      std::make_reverse_iterator(before + width))
            .first.base();
    top = std::min(top, y);
    bottom = y;
    left = std::min(left, static_cast<int>(first - now));
    right = std::max(right, static_cast<int>(last - now) - 1);
  }
  if (bottom < 0) return {0, 0, 1, 1};
  return {left, top, right - left + 1, bottom - top + 1};
}

// A colour of no changed pixel in the box, which can mean "unchanged" there: long runs of it
// compress well. If there is none, the box is written in full.
int GifWriter::UnusedColour(const Box& box) const {
  std::array<bool, 256> used{};
  for (int y = box.top; y < box.top + box.height; ++y) {
    for (int x = box.left; x < box.left + box.width; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * frame_.width() + x;
      if (pending_.pixels[i] != shown_.pixels[i]) used[pending_.pixels[i]] = true;
    }
  }
  const auto end = used.begin() + TableSize(pending_.palette);
  const auto unused = std::find(used.begin(), end, false);
  return unused == end ? NO_TRANSPARENT_COLOR : static_cast<int>(unused - used.begin());
}

void GifWriter::WriteBox(const Box& box, int transparent, std::int64_t delay) {
  const GraphicsControlBlock control = {
      .DisposalMode = DISPOSE_DO_NOT,
      .UserInputFlag = false,
      .DelayTime = static_cast<int>(delay),
      .TransparentColor = transparent,
  };
  std::array<GifByteType, 4> extension;
  EGifGCBToExtension(&control, extension.data());
  Check(EGifPutExtension(gif_, GRAPHICS_EXT_FUNC_CODE, extension.size(), extension.data()), gif_);

  const ColourTable local =
      pending_.palette == global_palette_ ? nullptr : MakeColourTable(pending_.palette);
  // giflib 5.2 forgets the colour table of the picture before.
  GifFreeMapObject(std::exchange(gif_->Image.ColorMap, nullptr));
  Check(EGifPutImageDesc(gif_, box.left, box.top, box.width, box.height, false, local.get()), gif_);
  for (int y = box.top; y < box.top + box.height; ++y) {
    const auto begin = static_cast<std::ptrdiff_t>(y) * frame_.width() + box.left;
    row_.assign(pending_.pixels.begin() + begin, pending_.pixels.begin() + begin + box.width);
    if (transparent != NO_TRANSPARENT_COLOR) {
      for (int x = 0; x < box.width; ++x) {
        if (row_[x] == shown_.pixels[begin + x]) row_[x] = static_cast<std::uint8_t>(transparent);
      }
    }
    Check(EGifPutLine(gif_, row_.data(), box.width), gif_);
  }
  WriteOut();
}

void GifWriter::WriteOut() {
  out_.Write(encoded_);
  encoded_.clear();
}

}  // namespace arcadeq
