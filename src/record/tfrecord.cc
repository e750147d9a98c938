#include "record/tfrecord.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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

enum class Verdict { kWhole, kCutShort, kDamaged };

// Judges the record at the start of `bytes`; sets `length` to that of a whole one.
Verdict Judge(std::string_view bytes, std::size_t& length) {
  if (bytes.size() < kHead) return Verdict::kCutShort;
  const auto payload = ReadLittleEndian<std::uint64_t>(bytes);
  if (ReadLittleEndian<std::uint32_t>(bytes.substr(8)) != MaskedCrc32c(bytes.substr(0, 8))) {
    return Verdict::kDamaged;
  }
  if (bytes.size() < kHead + kTail || payload > bytes.size() - kHead - kTail) {
    return Verdict::kCutShort;
  }
  const auto crc = ReadLittleEndian<std::uint32_t>(bytes.substr(kHead + payload));
  if (crc != MaskedCrc32c(bytes.substr(kHead, payload))) return Verdict::kDamaged;
  length = kHead + payload + kTail;
  return Verdict::kWhole;
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

LeadingRecords ParseLeadingRecords(std::string_view bytes) {
  LeadingRecords records;
  while (records.size < bytes.size()) {
    const std::string_view rest = bytes.substr(records.size);
    std::size_t length = 0;
    const Verdict verdict = Judge(rest, length);
    records.cut_short = verdict == Verdict::kCutShort;
    records.damaged = verdict == Verdict::kDamaged;
    if (verdict != Verdict::kWhole) break;
    records.payloads.push_back(rest.substr(kHead, length - kHead - kTail));
    records.size += length;
  }
  return records;
}

std::vector<std::string_view> ParseRecords(std::string_view records, const std::string& origin) {
  LeadingRecords parsed = ParseLeadingRecords(records);
  if (parsed.size < records.size()) {
    ThrowUserError("{} is damaged at byte {}", origin, parsed.size);
  }
  return std::move(parsed.payloads);
}

}  // namespace arcadeq
