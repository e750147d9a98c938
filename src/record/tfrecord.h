#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// TensorFlow's TFRecord, of which an event file is made: a record is the length of its payload (8
// bytes, little-endian), the masked CRC-32C of these, the payload, and the masked CRC-32C of it.
std::string FormatRecord(std::string_view payload);

// The payloads of bytes that are whole records, checksums and all; they lie in `records`. Throws
// UserError, which names `origin` (a file), for any other bytes.
std::vector<std::string_view> ParseRecords(std::string_view records, const std::string& origin);

}  // namespace arcadeq
