#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace arcadeq {

// The bytes of an environment's state: a version, a checksum of all that follows, what they are the
// state of, and values one after the other.
class StateWriter {
 public:
  explicit StateWriter(std::string_view subject) { AddBytes(subject); }

  template <typename T>
  void Add(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    body_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  // With their number.
  void AddBytes(std::string_view bytes);

  std::string Finish() const;

 private:
  std::string body_;
};

// Takes the values in the order in which they were added. Throws UserError for bytes that are
// damaged, of another version or of another subject, and where values are missing or left over. The
// bytes must outlive it.
class StateReader {
 public:
  StateReader(std::string_view subject, std::string_view bytes);

  template <typename T>
  T Take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, TakeRaw(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string_view TakeBytes();

  void Finish() const;

 private:
  std::string_view TakeRaw(std::uint64_t size);

  std::string subject_;
  std::string_view rest_;
};

}  // namespace arcadeq
