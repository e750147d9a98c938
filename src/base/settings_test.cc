#include "base/settings.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

struct Example {
  std::int64_t batch_size = 32;
  IntRange frame_skip{2, 4};
  double gamma = 0.99;
  bool dueling = true;
  std::string game = "space_invaders";
  std::string architecture = "article";
  Settings settings;

  Example() {
    settings.Add("train.batch_size", &batch_size, 1, 1024, "Transitions in a batch");
    settings.Add("env.frame_skip", &frame_skip, 1, 60, "Frames in a step");
    settings.Add("env.game", &game, {}, "The game");
    settings.Add("agent.gamma", &gamma, 0.0, 1.0, "Discount");
    settings.Add("network.dueling", &dueling, "Two streams");
    settings.Add("network.architecture", &architecture, {"article", "nature"}, "Layers");
  }

  std::string Refusal(std::string_view key, std::string_view text) {
    const std::string before = settings.ToToml();
    const std::string refusal = RefusalOf([&] { settings.Set(key, text, "--set"); });
    if (!refusal.empty()) {
      EXPECT_EQ(settings.ToToml(), before) << "a refused value changed a setting";
    }
    return refusal;
  }
};

TEST(Settings, TakesBackWhatItWouldBeAssigned) {
  Example example;
  example.settings.Set("env.game", "it's \"here\"", "--set");
  example.settings.Set("env.frame_skip", "2-4", "--set");
  const std::string before = example.settings.ToToml();
  for (const Settings::Setting& setting : example.settings.all()) {
    example.settings.Set(setting.key, Settings::AssignedText(setting), "again");
  }
  EXPECT_EQ(example.settings.ToToml(), before);
}

TEST(Settings, SetsEveryType) {
  Example example;
  example.settings.SetFromAssignment("train.batch_size=64", "--set");
  example.settings.SetFromAssignment("env.frame_skip=4", "--set");
  example.settings.SetFromAssignment("agent.gamma=0.5", "--set");
  example.settings.SetFromAssignment("network.dueling=false", "--set");
  example.settings.SetFromAssignment("env.game=pong", "--set");
  EXPECT_EQ(example.batch_size, 64);
  EXPECT_EQ(example.frame_skip, (IntRange{4, 4}));
  EXPECT_EQ(example.gamma, 0.5);
  EXPECT_FALSE(example.dueling);
  EXPECT_EQ(example.game, "pong");
  example.settings.SetFromAssignment("env.frame_skip=3-5", "--set");
  EXPECT_EQ(example.frame_skip, (IntRange{3, 5}));
}

TEST(Settings, ErrorsSayWhatWouldBeRight) {
  Example example;
  EXPECT_THAT(example.Refusal("train.batch_siz", "1"), HasSubstr("nearest is train.batch_size"));
  EXPECT_EQ(example.Refusal("train.batch_size", "0"),
            "--set: train.batch_size = 0: expected an integer in [1, 1024]");
  EXPECT_THAT(example.Refusal("train.batch_size", "3x"), HasSubstr("expected an integer"));
  EXPECT_THAT(example.Refusal("train.batch_size", ""), HasSubstr("expected an integer"));
  EXPECT_THAT(example.Refusal("agent.gamma", "nan"), HasSubstr("[0, 1]"));
  EXPECT_THAT(example.Refusal("agent.gamma", "1.5"), HasSubstr("[0, 1]"));
  EXPECT_THAT(example.Refusal("network.dueling", "yes"), HasSubstr("true or false"));
  EXPECT_THAT(example.Refusal("network.architecture", "big"), HasSubstr("article | nature"));
  EXPECT_THAT(example.Refusal("env.frame_skip", "4-2"), HasSubstr("range"));
  EXPECT_THAT(example.Refusal("env.frame_skip", "0-2"), HasSubstr("range"));
}

TEST(Settings, ReadsTomlAndNamesItInErrors) {
  Example example;
  example.settings.LoadTomlText("[env]\nframe_skip = 4\ngame = \"pong\"\n[agent]\ngamma = 1\n",
                                "f");
  EXPECT_EQ(example.frame_skip, (IntRange{4, 4}));
  EXPECT_EQ(example.game, "pong");
  EXPECT_EQ(example.gamma, 1.0);

  const auto refusal = [&](std::string_view text) {
    return RefusalOf([&] { example.settings.LoadTomlText(text, "f.toml"); });
  };
  EXPECT_THAT(refusal("[env]\nsticki = 1\n"), HasSubstr("f.toml:2: unknown key env.sticki"));
  EXPECT_THAT(refusal("[agent]\n\ngamma = \"high\"\n"), HasSubstr("f.toml:3: agent.gamma"));
  EXPECT_THAT(refusal("[train]\nbatch_size = 1.5\n"), HasSubstr("expected an integer"));
  EXPECT_THAT(refusal("[train]\nbatch_size = [1]\n"), HasSubstr("expected an integer"));
  EXPECT_THAT(refusal("[train\n"), HasSubstr("f.toml:1"));
  EXPECT_THAT(refusal("\"agent.gamma\" = 1\n"),
              HasSubstr("f.toml:1: \"agent.gamma\": write it without quotes, as agent.gamma ="));
  EXPECT_THAT(refusal("gamma = 1\n"), HasSubstr("f.toml:1: unknown key gamma"));
}

TEST(Settings, TomlRoundTrips) {
  Example written;
  written.gamma = 1.0 / 3;
  written.game = "a \"quoted\" \\ name\nof\ttwo lines";
  written.frame_skip = {2, 3};
  Example read;
  read.settings.LoadTomlText(written.settings.ToToml(), "round trip");
  EXPECT_EQ(read.gamma, written.gamma);
  EXPECT_EQ(read.game, written.game);
  EXPECT_EQ(read.frame_skip, written.frame_skip);
  EXPECT_EQ(read.settings.ToToml(), written.settings.ToToml());
}

std::string Utf8(char32_t c) {
  const auto byte = [c](int shift, int lead) {
    return static_cast<char>(lead | ((c >> shift) & (lead == 0x80 ? 0x3f : 0x7f)));
  };
  if (c < 0x80) return {byte(0, 0)};
  if (c < 0x800) return {byte(6, 0xc0), byte(0, 0x80)};
  if (c < 0x10000) return {byte(12, 0xe0), byte(6, 0x80), byte(0, 0x80)};
  return {byte(18, 0xf0), byte(12, 0x80), byte(6, 0x80), byte(0, 0x80)};
}

RC_GTEST_PROP(Settings, AnyTextRoundTrips, ()) {
  // Control characters, the rest of ASCII, characters of two and three bytes, and all others.
  const auto characters = *rc::gen::container<std::vector<int>>(
      rc::gen::oneOf(rc::gen::inRange(0, 0x80), rc::gen::inRange(0x80, 0xd800),
                     rc::gen::inRange(0xe000, 0x110000)));
  std::string text;
  for (int c : characters) text += Utf8(static_cast<char32_t>(c));
  Example written, read;
  written.settings.Set("env.game", text, "--set");
  read.settings.LoadTomlText(written.settings.ToToml(), "round trip");
  RC_ASSERT(read.game == text);
}

RC_GTEST_PROP(Settings, AcceptedValuesRoundTrip, ()) {
  const auto bytes = *rc::gen::container<std::vector<int>>(
      rc::gen::oneOf(rc::gen::inRange(0, 0x100), rc::gen::element(0xc3, 0xe2, 0xf0, 0x80, 0xed)));
  const std::string text(bytes.begin(), bytes.end());
  Example written, read;
  if (written.Refusal("env.game", text).empty()) RC_ASSERT(written.game == text);
  read.settings.LoadTomlText(written.settings.ToToml(), "round trip");
  RC_ASSERT(read.game == written.game);
}

TEST(Settings, AKeyIsDeclaredOnce) {
  Settings settings;
  bool first = false, second = false;
  settings.Add("env.max_pool", &first, "");
  EXPECT_THROW(settings.Add("env.max_pool", &second, ""), std::logic_error);
}

TEST(Settings, RefusesTextThatTomlCannotHold) {
  Example example;
  for (const char* text : {"\xff", "a\xc3", "\xed\xa0\x80"}) {
    EXPECT_EQ(example.Refusal("env.game", text), "--set: env.game: expected text in UTF-8");
  }
}

// Such deep tables would overflow the stack.
TEST(Settings, RefusesKeysOfManyParts) {
  Example example;
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  for (const std::string& text : {"# x\n" + key + " = 1\n", "\n[" + key + "]\n"}) {
    EXPECT_EQ(RefusalOf([&] { example.settings.LoadTomlText(text, "x.toml"); }),
              "x.toml:2: more than 32 dots in a line");
  }
  EXPECT_EQ(example.Refusal("env.game", std::string(33, '.')),
            "--set: env.game: expected text with at most 32 dots");
  EXPECT_EQ(example.Refusal("env.game", std::string(32, '.')), "");
  example.settings.LoadTomlText(example.settings.ToToml(), "round trip");
}

}  // namespace
}  // namespace arcadeq
