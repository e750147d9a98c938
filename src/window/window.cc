#include "window/window.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <SDL.h>
#include <fmt/format.h>

#include "base/environment.h"
#include "base/error.h"
#include "picture/image.h"
#include "window/key.h"

namespace arcadeq {
namespace {

// In pixels, at first: the window can be resized.
constexpr int kWantedHeight = 850;
constexpr double kUsableHeight = 0.9;  // of the desktop's: the window's frame takes some of it

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

// The integer factor at which a picture is shown at first.
int WindowScale(int height, int width) {
  SDL_Rect desktop = {};
  if (SDL_GetDisplayUsableBounds(0, &desktop) != 0) desktop = {0, 0, width, kWantedHeight};
  const int highest = std::min(kWantedHeight, static_cast<int>(kUsableHeight * desktop.h));
  return std::max(1, std::min(highest / height, desktop.w / width));
}

std::optional<Key> KeyOf(SDL_Keycode code) {
  switch (code) {
    case SDLK_UP:
      return Key::kUp;
    case SDLK_DOWN:
      return Key::kDown;
    case SDLK_LEFT:
      return Key::kLeft;
    case SDLK_RIGHT:
      return Key::kRight;
    case SDLK_SPACE:
      return Key::kSpace;
    case SDLK_PERIOD:
    case SDLK_KP_PERIOD:
      return Key::kPeriod;
    case SDLK_PLUS:
    case SDLK_EQUALS:  // the same key on many keyboards
    case SDLK_KP_PLUS:
      return Key::kPlus;
    case SDLK_MINUS:
    case SDLK_KP_MINUS:
      return Key::kMinus;
    case SDLK_0:
    case SDLK_KP_0:
      return Key::kZero;
    case SDLK_h:
      return Key::kH;
    case SDLK_o:
      return Key::kO;
    case SDLK_p:
      return Key::kP;
    case SDLK_q:
      return Key::kQ;
    case SDLK_r:
      return Key::kR;
    case SDLK_ESCAPE:
      return Key::kEscape;
    default:
      return std::nullopt;
  }
}

// A window for pictures of one size at a time.
class SizedWindow {
 public:
  SizedWindow(const std::string& title, const Image& picture, Uint32 flags) {
    const int scale = WindowScale(picture.height, picture.width);
    window_ =
        Checked(SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                 scale * picture.width, scale * picture.height, flags));
    renderer_ = Checked(SDL_CreateRenderer(window_.get(), -1, SDL_RENDERER_SOFTWARE));
    SDL_RenderSetIntegerScale(renderer_.get(), SDL_TRUE);
    Adopt(picture);
  }

  void Show(const Image& picture) {
    if (picture.height != height_ || picture.width != width_) {
      const int scale = WindowScale(picture.height, picture.width);
      SDL_SetWindowSize(window_.get(), scale * picture.width, scale * picture.height);
      Adopt(picture);
    }
    ToArgb(picture, pixels_);
    SDL_UpdateTexture(texture_.get(), nullptr, pixels_.data(), 4 * width_);
    Redraw();
  }

  // The display may forget what a window shows, for example when it changes its size.
  void Redraw() {
    SDL_RenderClear(renderer_.get());
    SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, nullptr);
    SDL_RenderPresent(renderer_.get());
  }

 private:
  void Adopt(const Image& picture) {
    height_ = picture.height;
    width_ = picture.width;
    pixels_.resize(picture.pixels.size());
    SDL_RenderSetLogicalSize(renderer_.get(), width_, height_);
    texture_ = Checked(SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_ARGB8888,
                                         SDL_TEXTUREACCESS_STREAMING, width_, height_));
  }

  int height_ = 0;
  int width_ = 0;
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
  Image any_size;
  any_size.height = any_size.width = kWantedHeight;
  const SizedWindow never_shown(impl_->title, any_size, SDL_WINDOW_HIDDEN);
}

GameWindow::~GameWindow() = default;

void GameWindow::Show(const Image& picture) {
  if (!impl_->window) {
    impl_->window = std::make_unique<SizedWindow>(impl_->title, picture, SDL_WINDOW_RESIZABLE);
  }
  impl_->window->Show(picture);
}

std::vector<KeyEvent> GameWindow::TakeKeys() {
  std::vector<KeyEvent> keys;
  bool exposed = false;
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    switch (event.type) {
      case SDL_QUIT:
        impl_->closed = true;
        break;
      case SDL_WINDOWEVENT:
        impl_->closed = impl_->closed || event.window.event == SDL_WINDOWEVENT_CLOSE;
        exposed = exposed || event.window.event == SDL_WINDOWEVENT_EXPOSED;
        break;
      case SDL_KEYDOWN:
      case SDL_KEYUP:
        if (const auto key = KeyOf(event.key.keysym.sym); key && event.key.repeat == 0) {
          keys.push_back({*key, event.type == SDL_KEYDOWN});
        }
        break;
      default:
        break;
    }
  }
  if (exposed && impl_->window) impl_->window->Redraw();
  return keys;
}

bool GameWindow::closed() const {
  return impl_->closed;
}

}  // namespace arcadeq
