#include "base/bytes.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

ByteReader ReaderOf(const ByteWriter& writer) {
  return ByteReader(writer.bytes(), "state");
}

TEST(Bytes, AreLittleEndian) {
  ByteWriter writer;
  writer.Write<std::uint32_t>(0x01020304);
  writer.Write(true);
  writer.Write(std::string_view("ab"));
  const std::array<unsigned char, 15> expected = {4, 3, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 'a', 'b'};
  EXPECT_THAT(writer.bytes(), ::testing::ElementsAreArray(std::as_bytes(std::span(expected))));
}

RC_GTEST_PROP(Bytes, RoundTrip,
              (std::int64_t integer, std::uint8_t byte, bool flag, double number,
               const std::string& text, const std::vector<std::int32_t>& values)) {
  ByteWriter writer;
  writer.Write(integer);
  writer.Write(byte);
  writer.Write(flag);
  writer.Write(number);
  writer.Write(std::string_view(text));
  writer.Write(values);
  writer.Write(values);
  ByteReader reader = ReaderOf(writer);
  RC_ASSERT(reader.Read<std::int64_t>("integer") == integer);
  RC_ASSERT(reader.Read<std::uint8_t>("byte") == byte);
  RC_ASSERT(reader.Read<bool>("flag") == flag);
  RC_ASSERT(reader.Read<double>("number") == number);
  RC_ASSERT(reader.ReadString("text") == text);
  RC_ASSERT(reader.ReadVector<std::int32_t>("values") == values);
  std::vector<std::int32_t> same(values.size());
  reader.ReadInto(std::span(same), "values");
  RC_ASSERT(same == values);
  reader.ExpectEnd();
}

RC_GTEST_PROP(Bytes, DetectAnyTruncation,
              (const std::string& text, const std::vector<std::uint16_t>& values)) {
  ByteWriter writer;
  writer.Write(std::string_view(text));
  writer.Write(values);
  const auto size = *rc::gen::inRange<std::size_t>(0, writer.bytes().size());
  ByteReader reader(writer.bytes().first(size), "state");
  RC_ASSERT_THROWS_AS((reader.ReadString("text"), reader.ReadVector<std::uint16_t>("values")),
                      UserError);
}

TEST(Bytes, KeepNonFiniteNumbers) {
  ByteWriter writer;
  writer.Write(std::numeric_limits<float>::quiet_NaN());
  writer.Write(-0.0);
  ByteReader reader = ReaderOf(writer);
  EXPECT_TRUE(std::isnan(reader.Read<float>("a")));
  EXPECT_TRUE(std::signbit(reader.Read<double>("b")));
}

TEST(Bytes, ErrorsNameTheOriginAndTheValue) {
  ByteWriter writer;
  writer.Write<std::uint16_t>(7);
  EXPECT_EQ(RefusalOf([&] { ReaderOf(writer).Read<std::uint32_t>("the step"); }),
            "state is damaged: the step: 4 bytes needed, 2 left");
  EXPECT_EQ(RefusalOf([&] { ReaderOf(writer).ExpectEnd(); }), "state is damaged: 2 trailing bytes");
  EXPECT_THAT(RefusalOf([&] { ReaderOf(writer).Read<bool>("the flag"); }),
              HasSubstr("the flag: 7 is neither true nor false"));
}

// Also where the product of count and size overflows.
TEST(Bytes, RefuseACountBeyondTheEnd) {
  for (const std::uint64_t count : {std::uint64_t{2}, std::uint64_t{1} << 61, ~std::uint64_t{0}}) {
    ByteWriter writer;
    writer.Write(count);
    writer.Write(1.0);
    EXPECT_THAT(RefusalOf([&] { ReaderOf(writer).ReadVector<double>("sums"); }),
                HasSubstr("sums: " + std::to_string(count) + " elements of 8 bytes declared"));
  }
  ByteWriter writer;
  writer.Write(std::vector<double>{1.0});
  std::array<double, 2> sums{};
  EXPECT_THAT(RefusalOf([&] { ReaderOf(writer).ReadInto(std::span(sums), "sums"); }),
              HasSubstr("sums: 1 elements, expected 2"));
}

TEST(Bytes, ASealDetectsEveryFlippedBitAndTruncation) {
  ByteWriter writer;
  writer.Write(std::string_view("sealed"));
  writer.Write(1.5);
  const std::string sealed = writer.SealedText();
  EXPECT_EQ(Unseal(sealed, "x"), writer.text());
  for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THROW(Unseal(flipped, "x"), UserError);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_THROW(Unseal(std::string_view(sealed).substr(0, size), "x"), UserError);
  }
}

}  // namespace
}  // namespace arcadeq
