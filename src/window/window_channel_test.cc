#include "window/window_channel.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/file_descriptor.h"
#include "picture/image.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

class Sockets {
 public:
  Sockets() : Sockets(MakePair()) {}

  int near() const { return near_.get(); }
  int far() const { return far_.get(); }
  void CloseNear() { near_.Close(); }
  void CloseFar() { far_.Close(); }

 private:
  struct Pair {
    int ends[2] = {-1, -1};
  };
  static Pair MakePair() {
    Pair pair;
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair.ends), 0);
    return pair;
  }
  explicit Sockets(Pair pair) : near_(pair.ends[0]), far_(pair.ends[1]) {}

  FileDescriptor near_;
  FileDescriptor far_;
};

// A picture of a single colour, with a palette of 256 whose first byte is `number`.
Image NumberedPicture(std::uint8_t number, int height, int width) {
  Image picture = PlainImage(255, height, width);
  picture.palette.assign(3 * 256, 7);
  picture.palette.front() = number;
  return picture;
}

TEST(WindowChannel, TransfersAPicture) {
  Sockets sockets;
  PictureSender sender(sockets.near());
  PictureReceiver receiver(sockets.far());
  EXPECT_FALSE(receiver.TakeNewest());
  const Image picture = NumberedPicture(3, 210, 160);
  sender.Send(picture);
  std::optional<Image> got;
  while (!got) {
    ASSERT_TRUE(receiver.Receive());
    got = receiver.TakeNewest();
  }
  EXPECT_EQ(*got, picture);
  EXPECT_FALSE(receiver.TakeNewest());
  sockets.CloseNear();
  EXPECT_FALSE(receiver.Receive());
}

TEST(WindowChannel, KeepsTheNewestPictureWhileNobodyReads) {
  Sockets sockets;
  PictureSender sender(sockets.near());
  constexpr int kPictures = 200;  // far more than the socket buffer holds
  for (int i = 0; i < kPictures; ++i) {
    sender.Send(NumberedPicture(static_cast<std::uint8_t>(i), 210, 160));
  }
  PictureReceiver receiver(sockets.far());
  std::vector<int> numbers;
  while (numbers.empty() || numbers.back() != kPictures - 1) {
    ASSERT_TRUE(receiver.Receive());
    sender.Continue();
    if (const auto picture = receiver.TakeNewest()) {
      numbers.push_back(picture->palette.front());
      EXPECT_EQ(*picture, NumberedPicture(picture->palette.front(), 210, 160));
    }
  }
  EXPECT_LT(numbers.size(), 50u);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST(WindowChannel, SendsAPictureLargerThanTheSocketBuffer) {
  Sockets sockets;
  PictureSender sender(sockets.near());
  PictureReceiver receiver(sockets.far());
  const Image picture = NumberedPicture(3, 1000, 1000);
  sender.Send(picture);
  std::optional<Image> got;
  while (!got) {
    ASSERT_TRUE(receiver.Receive());
    sender.Continue();
    got = receiver.TakeNewest();
  }
  EXPECT_EQ(*got, picture);
}

TEST(WindowChannel, SurvivesAMissingReceiver) {
  Sockets sockets;
  PictureSender sender(sockets.near());
  sockets.CloseFar();
  for (int i = 0; i < 3; ++i) sender.Send(PlainImage());  // SIGPIPE would end the test's process
}

RC_GTEST_PROP(WindowChannel, FindsTheNewestPictureForAnyFragmentation, ()) {
  Sockets sent, cut;
  const int count = *rc::gen::inRange(1, 6);
  Image last;
  {
    PictureSender sender(sent.near());
    for (int i = 0; i < count; ++i) {
      last = NumberedPicture(static_cast<std::uint8_t>(i), *rc::gen::inRange(1, 40),
                             *rc::gen::inRange(1, 40));
      sender.Send(last);
    }
  }
  std::string bytes(1 << 20, '\0');
  bytes.resize(static_cast<std::size_t>(recv(sent.far(), bytes.data(), bytes.size(), 0)));
  PictureReceiver receiver(cut.far());
  std::optional<Image> newest;
  while (!bytes.empty()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, bytes.size() + 1);
    RC_ASSERT(send(cut.near(), bytes.data(), size, 0) == static_cast<ssize_t>(size));
    bytes.erase(0, size);
    RC_ASSERT(receiver.Receive());
    if (auto picture = receiver.TakeNewest()) newest = std::move(picture);
  }
  RC_ASSERT(newest.has_value());
  const Image shown = newest.value_or(Image{});
  RC_ASSERT(shown.palette == last.palette);
  RC_ASSERT(shown.pixels == last.pixels);
}

}  // namespace
}  // namespace arcadeq
