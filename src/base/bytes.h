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

// State in memory as bytes, little-endian, without types: what was written must be read back in the
// same order, as the same types. For small state; long arrays go to files of their own.
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
  // The number of elements, then the elements as they lie in memory. A structure with padding does
  // not repeat bit for bit: write its fields.
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
  void Write(const char*) = delete;  // would be taken for a bool

  std::span<const std::byte> bytes() const { return bytes_; }
  std::string text() const {
    return std::string(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  }
  // The bytes with their hash behind them, for Unseal().
  std::string SealedText() const;

 private:
  void Append(const void* data, std::size_t size) {
    if (size == 0) return;
    bytes_.resize(bytes_.size() + size);
    std::memcpy(bytes_.data() + bytes_.size() - size, data, size);
  }

  std::vector<std::byte> bytes_;
};

// Reads what a ByteWriter wrote. Nothing in the bytes is trusted: whatever does not fit into what
// is left throws UserError, which names `origin` (a file) and `what` (the value), before any memory
// is taken for it. The bytes must outlive the reader.
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
  // Into memory that is there already; any other number of elements throws.
  template <typename T, std::size_t N>
  void ReadInto(std::span<T, N> values, std::string_view what) {
    static_assert(std::is_trivially_copyable_v<T>);
    ExpectCount(ReadCount(sizeof(T), what), values.size(), what);
    Copy(values.data(), values.size_bytes(), what);
  }

  std::size_t remaining() const { return rest_.size(); }
  // Throws UserError if something is left.
  void ExpectEnd() const;
  // Throws UserError: the value that was read as `what` cannot be right.
  [[noreturn]] void Refuse(std::string_view what, std::string_view why) const;

 private:
  std::span<const std::byte> Take(std::size_t size, std::string_view what);
  // The number of elements that follow: at most what is left holds.
  std::size_t ReadCount(std::size_t element_size, std::string_view what);
  void ExpectCount(std::size_t count, std::size_t expected, std::string_view what) const;
  void Copy(void* to, std::size_t size, std::string_view what) {
    if (size > 0) std::memcpy(to, Take(size, what).data(), size);
  }

  std::span<const std::byte> rest_;
  std::string origin_;
};

// The bytes that SealedText() put its hash behind. Throws UserError, naming `origin`, if they are
// not what they were.
std::string_view Unseal(std::string_view sealed, const std::string& origin);

// Any byte but 0 and 1 is refused.
template <>
bool ByteReader::Read<bool>(std::string_view what);

}  // namespace arcadeq
