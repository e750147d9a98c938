// Parses the records of an event file, as they are and well-formed with one fault, since random
// changes never produce a valid checksum.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.h"
#include "record/tfrecord.h"

namespace {

using arcadeq::fuzz::Accepts;
using arcadeq::fuzz::Input;
using arcadeq::fuzz::Require;

// Returns false if refused. Accepted records must survive a round trip.
bool Parse(std::string_view records) {
  std::vector<std::string_view> payloads;
  if (!Accepts([&] { payloads = arcadeq::ParseRecords(records, "input"); })) return false;
  std::string written;
  for (const std::string_view payload : payloads) written += arcadeq::FormatRecord(payload);
  Require(written == records);
  return true;
}

// The first bytes select the fault; the rest are payloads.
void ParseWithFault(Input input) {
  const std::size_t at = input.Short();
  const unsigned bit = input.Byte() % 8;
  std::string records;
  bool ends_here = at == 0;  // whether the first `at` bytes are complete records
  while (!input.empty()) {
    records += arcadeq::FormatRecord(input.Text(input.Byte()));
    ends_here = ends_here || records.size() == at;
  }
  Require(Parse(records));
  if (at >= records.size()) return;
  Require(Parse(std::string_view(records).substr(0, at)) == ends_here);
  records[at] = static_cast<char>(records[at] ^ 1u << bit);
  Require(!Parse(records));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  ParseWithFault(Input(data, size));
  return 0;
}
