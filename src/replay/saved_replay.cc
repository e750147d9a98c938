#include "replay/saved_replay.h"

#include <cstring>
#include <type_traits>

#include <xxhash.h>

#include "base/error.h"

namespace arcadeq {
namespace {

constexpr std::string_view kMagic = "arcadeq replay 1";

template <typename T>
void Put(std::string& bytes, const T& value) {
  static_assert(std::is_arithmetic_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

[[noreturn]] void Refuse() {
  ThrowUserError("the replay's list of segments is damaged");
}

std::string_view Take(std::string_view& bytes, std::size_t size) {
  if (size > bytes.size()) Refuse();
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

template <typename T>
T Take(std::string_view& bytes) {
  T value;
  std::memcpy(&value, Take(bytes, sizeof(value)).data(), sizeof(value));
  return value;
}

}  // namespace

std::string ReplayState::ToBytes() const {
  std::string bytes(kMagic);
  Put(bytes, static_cast<std::uint64_t>(kind.size()));
  bytes += kind;
  Put(bytes, static_cast<std::uint64_t>(segments.size()));
  for (const Entry& entry : segments) {
    Put(bytes, entry.env);
    Put(bytes, entry.sealed);
    Put(bytes, entry.number);
    Put(bytes, entry.size);
    Put(bytes, entry.checksum);
  }
  Put(bytes, static_cast<std::uint64_t>(XXH3_64bits(bytes.data(), bytes.size())));
  return bytes;
}

ReplayState ReplayState::FromBytes(std::string_view bytes) {
  if (bytes.size() < sizeof(std::uint64_t)) Refuse();
  std::string_view content = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
  std::string_view checksum = bytes.substr(content.size());
  if (Take<std::uint64_t>(checksum) != XXH3_64bits(content.data(), content.size())) Refuse();
  if (Take(content, kMagic.size()) != kMagic) Refuse();
  ReplayState state;
  state.kind = Take(content, Take<std::uint64_t>(content));
  for (auto count = Take<std::uint64_t>(content); count > 0; --count) {
    Entry& entry = state.segments.emplace_back();
    entry.env = Take<std::int32_t>(content);
    entry.sealed = Take<std::uint8_t>(content);
    entry.number = Take<std::int64_t>(content);
    entry.size = Take<std::uint64_t>(content);
    entry.checksum = Take<std::uint64_t>(content);
  }
  if (!content.empty()) Refuse();
  return state;
}

}  // namespace arcadeq
