#include "record/tfrecord.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace arcadeq {
namespace {

using std::string_view_literals::operator""sv;

// event_file_test.cc tests damage, on a file.

// Written by tensorboard.summary.writer.record_writer.RecordWriter(file).write(b"foo").
TEST(TfRecord, MatchesTensorBoard) {
  EXPECT_EQ(FormatRecord("foo"),
            "\x03\0\0\0\0\0\0\0\xb0\x99\x49\x0e"
            "foo\x61\x8a\xbe\xfe"sv);
}

RC_GTEST_PROP(TfRecord, RoundTrips, (const std::vector<std::string>& payloads)) {
  std::string records;
  for (const std::string& payload : payloads) records += FormatRecord(payload);
  const auto parsed = ParseRecords(records, "records");
  RC_ASSERT(std::vector<std::string>(parsed.begin(), parsed.end()) == payloads);
}

RC_GTEST_PROP(TfRecord, ARecordBeingWrittenIsNoDamage, (const std::string& payload)) {
  const std::string whole = FormatRecord("foo"), next = FormatRecord(payload);
  const auto size = *rc::gen::inRange<std::size_t>(1, next.size());
  const std::string bytes = whole + next.substr(0, size);
  const LeadingRecords records = ParseLeadingRecords(bytes);
  RC_ASSERT(records.payloads == std::vector<std::string_view>{"foo"});
  RC_ASSERT(records.size == whole.size());
  RC_ASSERT(records.cut_short && !records.damaged);
}

TEST(TfRecord, RecordsBeforeDamageAreKept) {
  std::string bytes = FormatRecord("foo") + FormatRecord("bar");
  bytes.back() ^= 1;
  const LeadingRecords records = ParseLeadingRecords(bytes);
  EXPECT_EQ(records.payloads, std::vector<std::string_view>{"foo"});
  EXPECT_TRUE(records.damaged);
  EXPECT_FALSE(records.cut_short);
}

}  // namespace
}  // namespace arcadeq
