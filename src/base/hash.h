#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <xxhash.h>

namespace arcadeq {

// 64-bit XXH3 of everything added, in order, no matter how it is split into pieces. Detects
// accidents (a flipped bit, a torn write), not forgery.
class Hash {
 public:
  Hash() : state_(XXH3_createState(), XXH3_freeState) { XXH3_64bits_reset(state_.get()); }

  template <typename T>
  void Add(std::span<const T> values) {
    XXH3_64bits_update(state_.get(), values.data(), values.size_bytes());
  }
  template <typename T>
  requires std::is_arithmetic_v<T>
  void Add(const T& value) { Add(std::span<const T>(&value, 1)); }
  void Add(std::string_view text) { Add(std::span<const char>(text)); }
  std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

// The hash of a single span.
inline std::uint64_t HashOf(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

// Converts to 16 hexadecimal digits and back; nothing for any other text.
std::string HashText(std::uint64_t hash);
std::optional<std::uint64_t> ParseHash(std::string_view text);

}  // namespace arcadeq
