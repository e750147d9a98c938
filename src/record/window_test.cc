#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <SDL.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/recorder.h"
#include "record/sinks.h"
#include "record/test_util.h"

// libdbus, which SDL asks about the desktop, keeps memory of its own until the process ends.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libdbus";
}

namespace arcadeq {
namespace {

using testing::HasSubstr;

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

TEST_F(WindowTest, SaysThatThereIsNoDisplay) {
  unsetenv("SDL_VIDEODRIVER");
  std::string problem;
  EXPECT_EQ(MakeWindowSink("game", problem), nullptr);
  EXPECT_EQ(problem, "no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
}

TEST_F(WindowTest, SaysThatTheDisplayDoesNotAnswer) {
  setenv("SDL_VIDEODRIVER", "x11", 1);
  setenv("DISPLAY", ":12345", 1);
  std::string problem;
  EXPECT_EQ(MakeWindowSink("game", problem), nullptr);
  EXPECT_THAT(problem, HasSubstr("no display: "));
}

TEST_F(WindowTest, ShowsThePictureInItsColoursScaledByAWholeNumber) {
  std::string problem;
  const auto sink = MakeWindowSink("game", problem);
  ASSERT_NE(sink, nullptr) << problem;
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u) << "nothing of SDL is left on the caller's thread";
  VideoFrame picture = Picture(1, 1, 210, 160);
  picture.pixels.back() = 2;
  sink->Handle(picture);

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

TEST_F(WindowTest, ShowsNothingMoreOnceItIsClosed) {
  std::string problem;
  const auto sink = MakeWindowSink("game", problem);
  ASSERT_NE(sink, nullptr) << problem;
  sink->Handle(Picture(1));
  ASSERT_NE(TheWindow(), nullptr);
  SDL_Event close = {};
  close.type = SDL_WINDOWEVENT;
  close.window.event = SDL_WINDOWEVENT_CLOSE;
  SDL_PushEvent(&close);
  sink->Handle(VideoEnded{1});
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u);
  sink->Handle(Picture(2));
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u);
}

TEST_F(WindowTest, LivesOnTheRecordersThread) {
  std::string problem;
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(MakeWindowSink("game", problem));
  ASSERT_NE(sinks[0], nullptr) << problem;
  Recorder recorder(std::move(sinks));
  for (int i = 0; i < 20; ++i) recorder.Emit(Picture(1, static_cast<std::uint8_t>(i % 4)));
  recorder.Close();
  EXPECT_EQ(SDL_WasInit(SDL_INIT_VIDEO), 0u);
}

}  // namespace
}  // namespace arcadeq
