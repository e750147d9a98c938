#include "record/tfrecord.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/crc32c.h"

namespace arcadeq {
namespace {

constexpr std::size_t kHead = 12, kTail = 4;

template <typename Integer>
void AppendLittleEndian(std::string& bytes, Integer value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes += static_cast<char>(value >> (8 * i));
}

template <typename Integer>
Integer ReadLittleEndian(std::string_view bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(value); ++i) {
    value |= static_cast<Integer>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

// The length of the record at the start of `bytes`; 0 if it is incomplete or damaged.
std::size_t RecordLength(std::string_view bytes) {
  if (bytes.size() < kHead + kTail) return 0;
  const auto payload = ReadLittleEndian<std::uint64_t>(bytes);
  if (ReadLittleEndian<std::uint32_t>(bytes.substr(8)) != MaskedCrc32c(bytes.substr(0, 8)))
    return 0;
  if (payload > bytes.size() - kHead - kTail) return 0;
  const auto crc = ReadLittleEndian<std::uint32_t>(bytes.substr(kHead + payload));
  return crc == MaskedCrc32c(bytes.substr(kHead, payload)) ? kHead + payload + kTail : 0;
}

}  // namespace

std::string FormatRecord(std::string_view payload) {
  std::string record;
  AppendLittleEndian(record, static_cast<std::uint64_t>(payload.size()));
  AppendLittleEndian(record, MaskedCrc32c(record));
  record += payload;
  AppendLittleEndian(record, MaskedCrc32c(payload));
  return record;
}

std::vector<std::string_view> ParseRecords(std::string_view records, const std::string& origin) {
  std::vector<std::string_view> payloads;
  for (std::string_view rest = records; !rest.empty();) {
    const std::size_t length = RecordLength(rest);
    if (length == 0) {
      ThrowUserError("{} is damaged at byte {}", origin, records.size() - rest.size());
    }
    payloads.push_back(rest.substr(kHead, length - kHead - kTail));
    rest.remove_prefix(length);
  }
  return payloads;
}

}  // namespace arcadeq
