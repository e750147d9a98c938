#include "record/window.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <SDL.h>
#include <fmt/format.h>

#include "base/environment.h"
#include "base/error.h"
#include "record/event.h"

namespace arcadeq {
namespace {

constexpr int kWantedHeight = 640;  // pixels, at first; the window can be resized

struct Destroy {
  void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
  void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
  void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
};

template <typename T>
std::unique_ptr<T, Destroy> Checked(T* made) {
  if (made == nullptr) ThrowUserError("cannot show a window: {}", SDL_GetError());
  return std::unique_ptr<T, Destroy>(made);
}

// SDL, which only this file uses. All calls must come from the thread that creates this object.
class Video {
 public:
  Video() {
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    // By default SDL falls back to drawing into memory or to the machine's bare console.
    std::string asked;
    if (EnvironmentVariable("SDL_VIDEODRIVER").empty()) {
      asked = UseDisplays();
    } else {
      asked = fmt::format("SDL_VIDEODRIVER={}", EnvironmentVariable("SDL_VIDEODRIVER"));
    }
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
      const std::string problem =
          fmt::format("no display: {} does not respond ({})", asked, SDL_GetError());
      SDL_Quit();
      throw UserError(problem);
    }
  }
  ~Video() { SDL_Quit(); }
  Video(const Video&) = delete;
  Video& operator=(const Video&) = delete;

 private:
  // Restricts SDL to the displays that the environment names; returns their names.
  static std::string UseDisplays() {
    std::string drivers, asked;
    for (const auto& [variable, driver] :
         {std::pair("DISPLAY", "x11"), std::pair("WAYLAND_DISPLAY", "wayland")}) {
      const std::string value = EnvironmentVariable(variable);
      if (value.empty()) continue;
      drivers += fmt::format("{}{}", drivers.empty() ? "" : ",", driver);
      asked += fmt::format("{}{}={}", asked.empty() ? "" : " ", variable, value);
    }
    if (drivers.empty()) ThrowUserError("no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
    SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, drivers.c_str(), SDL_HINT_OVERRIDE);
    return asked;
  }
};

// A window for pictures of one size.
class SizedWindow {
 public:
  SizedWindow(const std::string& title, int height, int width, Uint32 flags)
      : height_(height), width_(width), pixels_(static_cast<std::size_t>(height) * width) {
    const int scale = std::max(1, kWantedHeight / height);
    window_ =
        Checked(SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                 scale * width, scale * height, flags));
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
  const int height_;
  const int width_;
  std::vector<std::uint32_t> pixels_;
  std::unique_ptr<SDL_Window, Destroy> window_;
  std::unique_ptr<SDL_Renderer, Destroy> renderer_;
  std::unique_ptr<SDL_Texture, Destroy> texture_;
};

}  // namespace

std::string WindowLibrary() {
  SDL_version version;
  SDL_GetVersion(&version);
  return fmt::format("SDL {}.{}.{}", version.major, version.minor, version.patch);
}

struct GameWindow::Impl {
  explicit Impl(std::string title_in) : title(std::move(title_in)) {}

  const std::string title;
  Video video;
  std::unique_ptr<SizedWindow> window;
  bool closed = false;
};

GameWindow::GameWindow(std::string title) : impl_(std::make_unique<Impl>(std::move(title))) {
  const SizedWindow never_shown(impl_->title, kWantedHeight, kWantedHeight, SDL_WINDOW_HIDDEN);
}

GameWindow::~GameWindow() = default;

void GameWindow::Show(const VideoFrame& picture) {
  if (!impl_->window || !impl_->window->Fits(picture)) {
    impl_->window.reset();
    impl_->window = std::make_unique<SizedWindow>(impl_->title, picture.height, picture.width,
                                                  SDL_WINDOW_RESIZABLE);
  }
  impl_->window->Show(picture);
}

bool GameWindow::Closed() {
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    if (event.type == SDL_QUIT ||
        (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_CLOSE)) {
      impl_->closed = true;
    }
  }
  return impl_->closed;
}

}  // namespace arcadeq
