#include "window/window.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include <SDL.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/error.h"
#include "picture/image.h"
#include "picture/testing/image.h"
#include "window/key.h"

// libdbus, which SDL uses to query the desktop, keeps memory until the process ends.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the leak sanitizer calls it by this name.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libdbus";
}

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class WindowTest : public testing::Test {
 protected:
  WindowTest() {
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    setenv("SDL_VIDEODRIVER", "dummy", 1);
  }
  ~WindowTest() override { unsetenv("SDL_VIDEODRIVER"); }
};

SDL_Window* TheWindow() {
  for (std::uint32_t id = 1; id < 100; ++id) {
    if (SDL_Window* window = SDL_GetWindowFromID(id)) return window;
  }
  return nullptr;
}

std::string Problem() {
  try {
    GameWindow("game");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST_F(WindowTest, ReportsAMissingDisplay) {
  unsetenv("SDL_VIDEODRIVER");
  EXPECT_EQ(Problem(), "no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
  setenv("SDL_VIDEODRIVER", "", 1);
  EXPECT_EQ(Problem(), "no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
}

// Instead of drawing into memory unseen.
TEST_F(WindowTest, ReportsAnUnresponsiveDisplay) {
  unsetenv("SDL_VIDEODRIVER");
  setenv("DISPLAY", ":12345", 1);
  EXPECT_THAT(Problem(), StartsWith("no display: DISPLAY=:12345 does not respond ("));
  setenv("SDL_VIDEODRIVER", "", 1);
  EXPECT_THAT(Problem(), StartsWith("no display: DISPLAY=:12345 does not respond ("));
  setenv("WAYLAND_DISPLAY", "nobody", 1);
  EXPECT_THAT(Problem(),
              StartsWith("no display: DISPLAY=:12345 WAYLAND_DISPLAY=nobody does not respond ("));
  setenv("SDL_VIDEODRIVER", "x11", 1);
  EXPECT_THAT(Problem(), AllOf(StartsWith("no display: SDL_VIDEODRIVER=x11 does not respond ("),
                               HasSubstr("x11 ")));
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u);
}

TEST_F(WindowTest, ShowsThePictureScaledByAnIntegerFactor) {
  GameWindow game("game");
  Image picture = PlainImage(1, 210, 160);
  picture.pixels.back() = 2;
  game.Show(picture);

  SDL_Window* window = TheWindow();
  ASSERT_NE(window, nullptr);
  EXPECT_STREQ(SDL_GetWindowTitle(window), "game");
  int width = 0, height = 0;
  SDL_GetWindowSize(window, &width, &height);
  EXPECT_EQ(width, 3 * 160);
  EXPECT_EQ(height, 3 * 210);
  const auto pixel = [&](int x, int y) {
    std::array<std::uint8_t, 3> rgb = {};
    const SDL_Surface* surface = SDL_GetWindowSurface(window);
    if (surface == nullptr) return rgb;
    std::uint32_t value = 0;
    std::memcpy(&value, static_cast<const char*>(surface->pixels) + y * surface->pitch + 4 * x, 4);
    SDL_GetRGB(value, surface->format, &rgb[0], &rgb[1], &rgb[2]);
    return rgb;
  };
  EXPECT_THAT(pixel(0, 0), testing::ElementsAre(200, 10, 20));
  EXPECT_THAT(pixel(width - 1, height - 1), testing::ElementsAre(30, 210, 40));
  EXPECT_THAT(pixel(width - 4, height - 1), testing::ElementsAre(200, 10, 20));
}

TEST_F(WindowTest, ResizesToThePicture) {
  GameWindow game("game");
  game.Show(PlainImage(1, 210, 160));
  game.Show(PlainImage(1, 10, 20));
  int width = 0, height = 0;
  SDL_GetWindowSize(TheWindow(), &width, &height);
  EXPECT_EQ(width, 51 * 20);  // not 69, by which the width would not fit onto the desktop
  EXPECT_EQ(height, 51 * 10);
}

TEST_F(WindowTest, DetectsThatItIsClosed) {
  {
    GameWindow game("game");
    game.Show(PlainImage());
    game.TakeKeys();
    EXPECT_FALSE(game.closed());
    SDL_Event close = {};
    close.type = SDL_WINDOWEVENT;
    close.window.event = SDL_WINDOWEVENT_CLOSE;
    SDL_PushEvent(&close);
    game.TakeKeys();
    EXPECT_TRUE(game.closed());
    game.TakeKeys();
    EXPECT_TRUE(game.closed());
  }
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u);
}

void PushKey(std::uint32_t type, SDL_Keycode code, bool repeat = false) {
  SDL_Event event = {};
  event.type = type;
  event.key.keysym.sym = code;
  event.key.repeat = repeat ? 1 : 0;
  SDL_PushEvent(&event);
}

TEST_F(WindowTest, ReportsKeys) {
  GameWindow game("game");
  PushKey(SDL_KEYDOWN, SDLK_LEFT);
  PushKey(SDL_KEYDOWN, SDLK_LEFT, /*repeat=*/true);
  PushKey(SDL_KEYDOWN, SDLK_F1);
  PushKey(SDL_KEYDOWN, SDLK_KP_PLUS);
  PushKey(SDL_KEYUP, SDLK_LEFT);
  EXPECT_THAT(game.TakeKeys(), ElementsAre(KeyEvent{Key::kLeft, true}, KeyEvent{Key::kPlus, true},
                                           KeyEvent{Key::kLeft, false}));
  EXPECT_TRUE(game.TakeKeys().empty());
}

}  // namespace
}  // namespace arcadeq
