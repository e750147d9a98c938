#include "record/packed_event.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "record/event.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

RC_GTEST_PROP(PackedEvent, RoundTripsPictures, ()) {
  VideoFrame picture = Picture(7);
  picture.pixels = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  picture.filmed = *rc::gen::arbitrary<bool>();
  PackedEvent::Scratch scratch;
  const Event event = PackedEvent(picture, scratch).Unpack();
  const auto& unpacked = std::get<VideoFrame>(event);
  RC_ASSERT(unpacked.pixels == picture.pixels);
  RC_ASSERT(unpacked.palette == picture.palette);
  RC_ASSERT(unpacked.first_step == picture.first_step);
  RC_ASSERT(unpacked.filmed == picture.filmed);
  RC_ASSERT(unpacked.seconds == picture.seconds);
}

TEST(PackedEvent, CompressesPicturesOfAGame) {
  VideoFrame picture = Picture(1, 0, 210, 160);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = i / 8 % 20 == 3;
  PackedEvent::Scratch scratch;
  EXPECT_LT(PackedEvent(picture, scratch).bytes(), picture.pixels.size() / 10);
}

TEST(PackedEvent, LeavesOtherEventsAsTheyAre) {
  PackedEvent::Scratch scratch;
  const Event event = PackedEvent(Note{"text", true}, scratch).Unpack();
  EXPECT_EQ(std::get<Note>(event).text, "text");
  EXPECT_TRUE(std::get<Note>(event).warning);
}

}  // namespace
}  // namespace arcadeq
