#include "checkpoint/manifest.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

Manifest Sample() {
  return {{123456789, "space_invaders", "0.1.0", 0xabc},
          {{"replay.bin", {"replay.bin", 1'400'000'000, 1}}, {"weights", {"weights", 5, 2}}}};
}

std::string Refusal(const std::string& text) {
  return RefusalOf([&] { ParseManifest(text, "manifest"); });
}

// `text` with `from` replaced and the hash updated to match.
std::string Forged(const std::string& from, const std::string& to) {
  std::string text = FormatManifest(Sample());
  text.replace(text.find(from), from.size(), to);
  const std::size_t member = text.find(",\n \"manifest_hash\"");
  Hash hash;
  hash.Add(std::string_view(text.substr(0, member) + "\n}\n"));
  text.resize(member);
  return text + ",\n \"manifest_hash\": \"" + HashText(hash.value()) + "\"\n}\n";
}

TEST(Manifest, RoundTrips) {
  EXPECT_EQ(ParseManifest(FormatManifest(Sample()), ""), Sample());
  EXPECT_EQ(ParseManifest(FormatManifest({}), ""), Manifest());
  ASSERT_EQ(Forged("space", "SPACE").size(), FormatManifest(Sample()).size());
  EXPECT_EQ(ParseManifest(Forged("space", "SPACE"), "").info.game, "SPACE_invaders");
}

TEST(Manifest, DetectsEveryFlippedBitAndTruncation) {
  const std::string text = FormatManifest(Sample());
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(Refusal(flipped), "") << flipped;
  }
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_NE(Refusal(text.substr(0, size)), "") << size;
  }
  EXPECT_NE(Refusal(text + " "), "");
}

// Even if the hash matches.
TEST(Manifest, RefusesInvalidContents) {
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"123456789", "-1"},
           {"123456789", "9223372036854775808"},
           {"123456789", "1.5"},
           {"123456789", "\"1\""},
           {"\"space_invaders\"", "7"},
           {"\"step\"", "\"stop\""},
           {"\"replay.bin\"", "\"../replay.bin\""},
           {"\"replay.bin\"", "\"/replay.bin\""},
           {"\"replay.bin\"", "\"..\""},
           {"\"replay.bin\"", "\"\""},
           {"\"replay.bin\"", "\"manifest.json\""},
           {"\"replay.bin\"", "\"weights\""},
           {"1400000000", "18446744073709551616"},
           {"1400000000", "null"},
           {"\"size\": 5", "\"size\": 5, \"size\": 6"},
           {"0000000000000abc", "0000000000000ABC"},
       }) {
    EXPECT_THAT(Refusal(Forged(from, to)), HasSubstr("manifest is damaged")) << from << " " << to;
  }
  for (const char* text : {"", "null", "[]", "{}", "{\"format_version\": \"1\"}"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("manifest is damaged")) << text;
  }
}

TEST(Manifest, HasRoomForTheFilesOfTheLargestReplay) {
  Manifest manifest = Sample();
  for (int i = 0; i < 110'000; ++i) {
    const std::string name = fmt::format("replay_{:04}_{:08}.segment", i % 1024, i);
    manifest.files.emplace(name, FileEntry{name, 999'999'999, ~std::uint64_t{0}});
  }
  const std::string text = FormatManifest(manifest);
  EXPECT_LE(text.size(), kMaxManifestBytes);
  EXPECT_EQ(ParseManifest(text, ""), manifest);
}

TEST(Manifest, RefusesDeepNesting) {
  const std::string open(1'000'000, '[');
  EXPECT_THAT(Refusal(open + std::string(1'000'000, ']')), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal("{\"files\": " + open), HasSubstr("not a JSON object"));
}

TEST(Manifest, ReportsAnotherFormat) {
  for (const std::string other : {"4", "6"}) {
    EXPECT_EQ(Refusal(Forged("\"format_version\": 5", "\"format_version\": " + other)),
              "manifest has format " + other +
                  ", but this program reads format 5: use the program that wrote it");
  }
}

TEST(Manifest, AcceptsOnlyNamesThatStayInTheDirectory) {
  for (const char* name : {"a", "replay_000012.bin", "A-b..c", "weights.safetensors"}) {
    EXPECT_TRUE(IsCheckpointFileName(name)) << name;
  }
  for (const std::string name :
       {"", ".", "..", ".hidden", "a/b", "/a", "../a", "a b", "a\n", "\xc3\xa4", "manifest.json"}) {
    EXPECT_FALSE(IsCheckpointFileName(name)) << name;
  }
  EXPECT_FALSE(IsCheckpointFileName(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsCheckpointFileName(std::string(200, 'a')));
  EXPECT_FALSE(IsCheckpointFileName(std::string(201, 'a')));
}

}  // namespace
}  // namespace arcadeq
