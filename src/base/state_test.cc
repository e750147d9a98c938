#include "base/state.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/random.h"
#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

struct Part {
  std::int64_t count = 0;
  double sum = 0;
  bool flag = false;
  std::array<float, 3> values{};
  std::string text;
  RandomStream stream{1, "part"};
  std::array<std::int32_t, 2> children{};

  void VisitState(State& state) {
    state.Count("count", count);
    state.Value("sum", sum);
    state.Flag("flag", flag);
    state.Values("values", std::span(values));
    state.Text("text", text);
    state.Stream("stream", stream);
    for (std::size_t i = 0; i < children.size(); ++i) {
      state.Group("child" + std::to_string(i), [&] { state.Value("number", children[i]); });
    }
  }
};

Part Example() {
  Part part{7, -1.5, true, {1, 2, 3}, std::string("a\0b", 3), RandomStream(2, "other"), {10, 20}};
  part.stream.Below(100);
  return part;
}

std::string Saved(Part part) {
  StateWriter state;
  part.VisitState(state);
  return state.bytes();
}

TEST(State, TheSameVisitSavesAndRestores) {
  const std::string bytes = Saved(Example());
  Part part;
  StateReader state(bytes, "file");
  EXPECT_TRUE(state.restoring());
  part.VisitState(state);
  state.ExpectAllRead();
  EXPECT_EQ(Saved(part), bytes);
  EXPECT_EQ(part.text, std::string("a\0b", 3));
  EXPECT_EQ(part.children[1], 20);
  Part example = Example();
  EXPECT_EQ(part.stream.Below(1'000'000), example.stream.Below(1'000'000));
}

TEST(State, RefusesMissingAndUnknownValues) {
  StateWriter shorter;
  std::int64_t count = 3;
  shorter.Count("count", count);
  StateReader missing(shorter.bytes(), "file");
  EXPECT_THAT(RefusalOf([&] { Part().VisitState(missing); }), HasSubstr("file is damaged: sum"));

  const std::string bytes = Saved(Example());
  StateReader unknown(bytes, "file");
  unknown.Count("count", count);
  EXPECT_THAT(RefusalOf([&] { unknown.ExpectAllRead(); }), HasSubstr("child0/number: unknown"));
}

TEST(State, RefusesInvalidValues) {
  StateWriter writer;
  std::int64_t count = -1;
  writer.Value("count", count);
  std::uint8_t flag = 2;
  writer.Value("flag", flag);
  const std::string bytes = writer.bytes();
  StateReader reader(bytes, "file");
  EXPECT_THAT(RefusalOf([&] { reader.Count("count", count); }), HasSubstr("count: negative"));
  StateWriter huge;
  count = std::numeric_limits<std::int64_t>::max();
  huge.Value("count", count);
  StateReader implausible(huge.bytes(), "file");
  EXPECT_THAT(RefusalOf([&] { implausible.Count("count", count); }),
              HasSubstr("count: more than a run can count"));
  bool value = false;
  EXPECT_THAT(RefusalOf([&] { reader.Flag("flag", value); }), HasSubstr("flag"));
  StateReader sizes(bytes, "file");
  float narrow = 0;
  EXPECT_THAT(RefusalOf([&] { sizes.Value("count", narrow); }), HasSubstr("8 bytes, expected 4"));
}

TEST(State, RefusesTruncatedBytes) {
  const std::string bytes = Saved(Example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(
        {
          StateReader state(std::string_view(bytes).substr(0, size), "file");
          Part().VisitState(state);
        },
        UserError)
        << size;
  }
}

}  // namespace
}  // namespace arcadeq
