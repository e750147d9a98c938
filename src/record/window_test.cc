#include "record/window.h"

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
#include "record/event.h"
#include "record/test_util.h"

// libdbus, which SDL uses to query the desktop, keeps memory until the process ends.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the leak sanitizer calls it by this name.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libdbus";
}

namespace arcadeq {
namespace {

using testing::AllOf;
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
  VideoFrame picture = Picture(1, 1, 210, 160);
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
  game.Show(Picture(1, 1, 210, 160));
  game.Show(Picture(1, 1, 10, 20));
  int width = 0, height = 0;
  SDL_GetWindowSize(TheWindow(), &width, &height);
  EXPECT_EQ(width, 64 * 20);
  EXPECT_EQ(height, 64 * 10);
}

TEST_F(WindowTest, DetectsThatItIsClosed) {
  {
    GameWindow game("game");
    game.Show(Picture(1));
    EXPECT_FALSE(game.Closed());
    SDL_Event close = {};
    close.type = SDL_WINDOWEVENT;
    close.window.event = SDL_WINDOWEVENT_CLOSE;
    SDL_PushEvent(&close);
    EXPECT_TRUE(game.Closed());
    EXPECT_TRUE(game.Closed());
  }
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u);
}

}  // namespace
}  // namespace arcadeq
