#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hash.h"

namespace arcadeq {

std::string ByteWriter::SealedText() const {
  ByteWriter sealed = *this;
  sealed.Write(HashOf(bytes()));
  return sealed.text();
}

std::string_view Unseal(std::string_view sealed, const std::string& origin) {
  std::uint64_t hash = 0;
  if (sealed.size() < sizeof(hash)) ThrowUserError("{} is truncated", origin);
  const std::string_view bytes = sealed.substr(0, sealed.size() - sizeof(hash));
  std::memcpy(&hash, sealed.data() + bytes.size(), sizeof(hash));
  if (hash != HashOf(std::as_bytes(std::span(bytes)))) ThrowUserError("{} is damaged", origin);
  return bytes;
}

template <>
bool ByteReader::Read<bool>(std::string_view what) {
  const auto value = Read<std::uint8_t>(what);
  if (value > 1) Refuse(what, fmt::format("{} is neither true nor false", value));
  return value == 1;
}

std::string ByteReader::ReadString(std::string_view what) {
  std::string text(ReadCount(1, what), '\0');
  Copy(text.data(), text.size(), what);
  return text;
}

void ByteReader::ExpectEnd() const {
  if (!rest_.empty()) {
    ThrowUserError("{} is damaged: {} trailing bytes", origin_, rest_.size());
  }
}

void ByteReader::Refuse(std::string_view what, std::string_view why) const {
  ThrowUserError("{} is damaged: {}: {}", origin_, what, why);
}

std::span<const std::byte> ByteReader::Take(std::size_t size, std::string_view what) {
  if (size > rest_.size()) {
    Refuse(what, fmt::format("{} bytes needed, {} left", size, rest_.size()));
  }
  const auto taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::size_t ByteReader::ReadCount(std::size_t element_size, std::string_view what) {
  const auto count = Read<std::uint64_t>(what);
  if (count > rest_.size() / element_size) {
    Refuse(what, fmt::format("{} elements of {} bytes declared, {} bytes left", count, element_size,
                             rest_.size()));
  }
  return count;
}

void ByteReader::ExpectCount(std::size_t count, std::size_t expected, std::string_view what) const {
  if (count != expected) {
    Refuse(what, fmt::format("{} elements, expected {}", count, expected));
  }
}

}  // namespace arcadeq
