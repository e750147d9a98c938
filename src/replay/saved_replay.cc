#include "replay/saved_replay.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace arcadeq {
namespace {

constexpr std::string_view kMagic = "arcadeq store 1";
constexpr const char* kOrigin = "the replay's segment list";

}  // namespace

std::string StoreState::ToBytes() const {
  ByteWriter bytes;
  bytes.Write(kMagic);
  bytes.Write(std::string_view(kind));
  bytes.Write<std::uint64_t>(segments.size());
  for (const Entry& entry : segments) {
    bytes.Write(entry.env);
    bytes.Write(entry.sealed);
    bytes.Write(entry.number);
    bytes.Write(entry.size);
    bytes.Write(entry.checksum);
  }
  return bytes.SealedText();
}

StoreState StoreState::FromBytes(std::string_view sealed) {
  ByteReader bytes(Unseal(sealed, kOrigin), kOrigin);
  if (bytes.ReadString("format") != kMagic) bytes.Refuse("format", "unknown");
  StoreState state;
  state.kind = bytes.ReadString("kind");
  for (auto count = bytes.Read<std::uint64_t>("number of segments"); count > 0; --count) {
    Entry& entry = state.segments.emplace_back();
    entry.env = bytes.Read<std::int32_t>("environment");
    entry.sealed = bytes.Read<std::uint8_t>("sealed");
    entry.number = bytes.Read<std::int64_t>("number");
    entry.size = bytes.Read<std::uint64_t>("size");
    entry.checksum = bytes.Read<std::uint64_t>("checksum");
  }
  bytes.ExpectEnd();
  return state;
}

}  // namespace arcadeq
