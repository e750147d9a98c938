#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <SDL.h>
#include <fmt/format.h>

#include "base/environment.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// No screen shows more than about this many pictures a second; those that come sooner are skipped.
constexpr std::chrono::milliseconds kShortestShow{16};
constexpr int kWantedHeight = 640;  // pixels, at first; the window can be resized

struct Destroy {
  void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
  void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
  void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
};

template <typename T>
std::unique_ptr<T, Destroy> Checked(T* made) {
  if (made == nullptr)
    throw std::runtime_error(fmt::format("cannot show a window: {}", SDL_GetError()));
  return std::unique_ptr<T, Destroy>(made);
}

// SDL, of which this file is the only user. Everything of it belongs to the thread that makes this
// object.
class Video {
 public:
  Video() {
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // Ctrl-C is main()'s
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
      const std::string problem = fmt::format("no display: {}", SDL_GetError());
      SDL_Quit();
      throw std::runtime_error(problem);
    }
  }
  ~Video() { SDL_Quit(); }
  Video(const Video&) = delete;
  Video& operator=(const Video&) = delete;
};

// The window of a game whose pictures are of one size.
class GameWindow {
 public:
  GameWindow(const std::string& title, int height, int width)
      : height_(height), width_(width), pixels_(static_cast<std::size_t>(height) * width) {
    const int scale = std::max(1, kWantedHeight / height);
    window_ =
        Checked(SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                 scale * width, scale * height, SDL_WINDOW_RESIZABLE));
    renderer_ = Checked(SDL_CreateRenderer(window_.get(), -1, SDL_RENDERER_SOFTWARE));
    SDL_RenderSetLogicalSize(renderer_.get(), width, height);
    SDL_RenderSetIntegerScale(renderer_.get(), SDL_TRUE);
    texture_ = Checked(SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_ARGB8888,
                                         SDL_TEXTUREACCESS_STREAMING, width, height));
  }

  bool Fits(const VideoFrame& picture) const {
    return picture.height == height_ && picture.width == width_;
  }

  void Show(const VideoFrame& picture) {
    const auto& palette = picture.palette;
    std::transform(picture.pixels.begin(), picture.pixels.end(), pixels_.begin(),
                   [&palette](std::uint8_t colour) {
                     const std::uint8_t* rgb = palette.data() + 3 * colour;
                     return std::uint32_t{0xFF000000} | std::uint32_t{rgb[0]} << 16 |
                            std::uint32_t{rgb[1]} << 8 | std::uint32_t{rgb[2]};
                   });
    SDL_UpdateTexture(texture_.get(), nullptr, pixels_.data(), 4 * width_);
    SDL_RenderClear(renderer_.get());
    SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, nullptr);
    SDL_RenderPresent(renderer_.get());
  }

 private:
  Video video_;
  const int height_;
  const int width_;
  std::vector<std::uint32_t> pixels_;
  std::unique_ptr<SDL_Window, Destroy> window_;
  std::unique_ptr<SDL_Renderer, Destroy> renderer_;
  std::unique_ptr<SDL_Texture, Destroy> texture_;
};

// Everything of SDL is done in Handle(), Flush() and the destructor: on the recorder's thread.
class WindowSink : public Sink {
 public:
  explicit WindowSink(std::string title) : title_(std::move(title)) {}

  void Handle(const Event& event) override {
    const auto* picture = std::get_if<VideoFrame>(&event);
    if (picture != nullptr && !closed_) Show(*picture);
    CloseIfAsked();
  }

  void Flush() override { CloseIfAsked(); }

 private:
  void Show(const VideoFrame& picture) {
    const Clock::time_point now = Clock::now();
    if (now < next_show_) return;
    next_show_ = now + kShortestShow;
    if (!window_ || !window_->Fits(picture)) {
      window_.reset();
      window_ = std::make_unique<GameWindow>(title_, picture.height, picture.width);
    }
    window_->Show(picture);
  }

  void CloseIfAsked() {
    if (!window_) return;
    SDL_Event event;
    while (SDL_PollEvent(&event) != 0) {
      if (event.type == SDL_QUIT ||
          (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_CLOSE)) {
        closed_ = true;
      }
    }
    if (closed_) window_.reset();
  }

  const std::string title_;
  std::unique_ptr<GameWindow> window_;
  bool closed_ = false;
  Clock::time_point next_show_{};
};

}  // namespace

std::unique_ptr<Sink> MakeWindowSink(const std::string& title, std::string& problem) {
  // Without these SDL would take the bare console of the machine, if it may.
  if (EnvironmentVariable("DISPLAY").empty() && EnvironmentVariable("WAYLAND_DISPLAY").empty() &&
      EnvironmentVariable("SDL_VIDEODRIVER").empty()) {
    problem = "no display: neither DISPLAY nor WAYLAND_DISPLAY is set";
    return nullptr;
  }
  try {
    const Video probe;  // begun and ended here; the sink begins its own on the recorder's thread
  } catch (const std::runtime_error& error) {
    problem = error.what();
    return nullptr;
  }
  return std::make_unique<WindowSink>(title);
}

}  // namespace arcadeq
