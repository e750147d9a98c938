#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace arcadeq {

static_assert(std::endian::native == std::endian::little,
              "numbers are stored as they lie in memory");

template <typename T>
concept Number = std::integral<T> || std::floating_point<T>;

// Serialises state to little-endian bytes without type information: values must be read back in the
// order and with the types they were written. For small state; long arrays go to their own files.
class ByteWriter {
 public:
  template <Number T>
  void Write(T value) {
    Append(&value, sizeof(value));
  }
  void Write(bool value) { Write(static_cast<std::uint8_t>(value)); }
  // The number of bytes, then the bytes.
  void Write(std::string_view text) {
    Write<std::uint64_t>(text.size());
    Append(text.data(), text.size());
  }
  // The number of elements, then the elements as they lie in memory. Write structures with padding
  // field by field, since the bits of the padding are arbitrary.
  template <typename T, std::size_t N>
  void Write(std::span<T, N> values) {
    static_assert(std::has_unique_object_representations_v<T> || std::floating_point<T>);
    Write<std::uint64_t>(values.size());
    Append(values.data(), values.size_bytes());
  }
  template <typename T>
  void Write(const std::vector<T>& values) {
    Write(std::span(values));
  }
  void Write(const char*) = delete;  // would convert to bool

  std::span<const std::byte> bytes() const { return bytes_; }
  std::string text() const {
    return std::string(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  }
  // The bytes followed by their hash, for Unseal().
  std::string SealedText() const;

 private:
  void Append(const void* data, std::size_t size) {
    if (size == 0) return;
    bytes_.resize(bytes_.size() + size);
    std::memcpy(bytes_.data() + bytes_.size() - size, data, size);
  }

  std::vector<std::byte> bytes_;
};

// Reads what a ByteWriter wrote. The bytes are not trusted: a value that exceeds the remaining
// bytes throws UserError, naming `origin` (a file) and `what` (the value), before memory is
// allocated for it. The bytes must outlive the reader.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string origin)
      : rest_(bytes), origin_(std::move(origin)) {}
  ByteReader(std::string_view bytes, std::string origin)
      : ByteReader(std::as_bytes(std::span(bytes)), std::move(origin)) {}

  template <Number T>
  T Read(std::string_view what) {
    T value;
    std::memcpy(&value, Take(sizeof(T), what).data(), sizeof(T));
    return value;
  }
  std::string ReadString(std::string_view what);
  template <typename T>
  std::vector<T> ReadVector(std::string_view what) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> values(ReadCount(sizeof(T), what));
    Copy(values.data(), values.size() * sizeof(T), what);
    return values;
  }
  // Reads into existing memory; throws UserError unless the number of elements matches.
  template <typename T, std::size_t N>
  void ReadInto(std::span<T, N> values, std::string_view what) {
    static_assert(std::is_trivially_copyable_v<T>);
    ExpectCount(ReadCount(sizeof(T), what), values.size(), what);
    Copy(values.data(), values.size_bytes(), what);
  }

  std::size_t remaining() const { return rest_.size(); }
  // Throws UserError if bytes remain.
  void ExpectEnd() const;
  // Throws UserError: the value that was read as `what` is invalid.
  [[noreturn]] void Refuse(std::string_view what, std::string_view why) const;

 private:
  std::span<const std::byte> Take(std::size_t size, std::string_view what);
  // Reads the number of elements that follow; refuses more than the remaining bytes can hold.
  std::size_t ReadCount(std::size_t element_size, std::string_view what);
  void ExpectCount(std::size_t count, std::size_t expected, std::string_view what) const;
  void Copy(void* to, std::size_t size, std::string_view what) {
    if (size > 0) std::memcpy(to, Take(size, what).data(), size);
  }

  std::span<const std::byte> rest_;
  std::string origin_;
};

// Returns the bytes that were sealed by SealedText(). Throws UserError, naming `origin`, if their
// hash does not match.
std::string_view Unseal(std::string_view sealed, const std::string& origin);

// Any byte but 0 and 1 is refused.
template <>
bool ByteReader::Read<bool>(std::string_view what);

}  // namespace arcadeq
