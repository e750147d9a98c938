#include "base/decimal.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace arcadeq {
namespace {

template <typename Number>
std::optional<Number> Parsed(std::string_view text) {
  constexpr Number kUntouched = 77;
  Number value = kUntouched;
  if (ParseDecimal(text, value)) return value;
  EXPECT_EQ(value, kUntouched) << text;
  return std::nullopt;
}

TEST(ParseDecimal, IgnoresLeadingZeros) {
  EXPECT_EQ(Parsed<std::int64_t>("08"), 8);
  EXPECT_EQ(Parsed<std::int64_t>("010"), 10);
  EXPECT_EQ(Parsed<std::int64_t>("-007"), -7);
  EXPECT_EQ(Parsed<double>("010"), 10.0);
  EXPECT_EQ(Parsed<double>("00.5"), 0.5);
}

TEST(ParseDecimal, RefusesOtherGrammars) {
  for (const char* text : {"", " ", " 5", "5 ", "+5", "0x10", "0b1", "1'000", "1_000", "5L", "--5",
                           "- 5", "-", "inf", "nan", "1e", "e1", "5,0"}) {
    EXPECT_EQ(Parsed<std::int64_t>(text), std::nullopt) << text;
    EXPECT_EQ(Parsed<double>(text), std::nullopt) << text;
  }
  for (const char* text : {"1e3", "1.0", "1.", ".5"}) {
    EXPECT_EQ(Parsed<std::int64_t>(text), std::nullopt) << text;
  }
  for (const char* text : {"-inf", "infinity", "nan(0)", "-nan", "0x1p3", "1p3", "1e5.5"}) {
    EXPECT_EQ(Parsed<double>(text), std::nullopt) << text;
  }
}

TEST(ParseDecimal, RefusesWhatDoesNotFit) {
  EXPECT_EQ(Parsed<std::int64_t>("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Parsed<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551617"}) {
    EXPECT_EQ(Parsed<std::int64_t>(text), std::nullopt) << text;
  }
  EXPECT_EQ(Parsed<double>("1e999"), std::nullopt);
  EXPECT_EQ(Parsed<double>("1e-999"), std::nullopt);
}

TEST(ParseDecimal, AcceptsFractionsAndExponents) {
  EXPECT_EQ(Parsed<double>("2.5e-4"), 2.5e-4);
  EXPECT_EQ(Parsed<double>("1E+3"), 1000.0);
  EXPECT_EQ(Parsed<double>("-0.125"), -0.125);
}

RC_GTEST_PROP(ParseDecimal, RoundTrips, (std::int64_t integer, double number)) {
  RC_ASSERT(Parsed<std::int64_t>(fmt::format("{}", integer)) == integer);
  RC_ASSERT(Parsed<double>(fmt::format("{}", number)) == number);
}

}  // namespace
}  // namespace arcadeq
