#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// TensorFlow's TFRecord format, used by event files: a record is the length of its payload (8
// bytes, little-endian), the masked CRC-32C of the length, the payload, and the masked CRC-32C of
// the payload.
std::string FormatRecord(std::string_view payload);

// The whole records at the start of `bytes`; the payloads point into it.
struct LeadingRecords {
  std::vector<std::string_view> payloads;
  std::size_t size = 0;    // of these records
  bool cut_short = false;  // the beginning of another record follows: it is still being written
  bool damaged = false;    // other bytes follow
};
LeadingRecords ParseLeadingRecords(std::string_view bytes);

// Parses complete records, verifying their checksums; the returned payloads point into `records`.
// Throws UserError, naming `origin` (a file), for any other bytes.
std::vector<std::string_view> ParseRecords(std::string_view records, const std::string& origin);

}  // namespace arcadeq
