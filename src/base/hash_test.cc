#include "base/hash.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

std::uint64_t HashOf(std::string_view text) {
  Hash hash;
  hash.Add(text);
  return hash.value();
}

// Expected values from Python's xxhash.xxh3_64_hexdigest().
TEST(Hash, IsXxh3) {
  EXPECT_EQ(HashText(HashOf("")), "2d06800538d394c2");
  EXPECT_EQ(HashText(HashOf("a")), "e6c632b61e964e1f");
}

TEST(Hash, DoesNotDependOnThePieces) {
  const std::string text(100'000, 'x');
  Hash hash;
  for (std::size_t at = 0, size = 0; at < text.size(); at += size++) {
    hash.Add(std::string_view(text).substr(at, size));
  }
  EXPECT_EQ(hash.value(), HashOf(text));
}

TEST(Hash, TextRoundTrips) {
  for (const std::uint64_t hash : {std::uint64_t{0}, std::uint64_t{0xfe}, ~std::uint64_t{0}}) {
    EXPECT_EQ(ParseHash(HashText(hash)), hash);
  }
}

TEST(Hash, RefusesOtherText) {
  for (const char* text : {"", "0", "0x00000000000000", "00000000000000FF", "000000000000000g",
                           "00000000000000001", "-000000000000001", " 000000000000001"}) {
    EXPECT_EQ(ParseHash(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace arcadeq
