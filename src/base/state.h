#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/bytes.h"
#include "base/random.h"

namespace arcadeq {

// The named state of a part, for checkpoints. A part lists its state once, for both saving and
// restoring:
//
//   void Counter::VisitState(State& state) { state.Value("count", count_); }
//
// A StateWriter reads the values that it visits, a StateReader replaces them. Names are unique
// within their group.
class State {
 public:
  virtual ~State() = default;

  // Whether visited values are replaced, so that data derived from them must be recomputed.
  virtual bool restoring() const = 0;
  // Throws UserError: the value restored as `name` is invalid.
  [[noreturn]] virtual void Refuse(std::string_view name, std::string_view why) const = 0;

  // A number or a flag.
  template <Number T>
  void Value(std::string_view name, T& value) {
    static_assert(!std::is_same_v<T, bool>, "use Flag()");
    Transfer(name, std::as_writable_bytes(std::span(&value, 1)));
  }
  void Flag(std::string_view name, bool& value);
  // A fixed number of numbers.
  template <Number T, std::size_t N>
  void Values(std::string_view name, std::span<T, N> values) {
    Transfer(name, std::as_writable_bytes(values));
  }
  void Stream(std::string_view name, RandomStream& stream);
  // A count or a sum that is never negative.
  void Count(std::string_view name, std::int64_t& count);
  // Bytes of any length.
  virtual void Text(std::string_view name, std::string& text) = 0;

  // Prefixes the names of the values in `visit` with NAME/.
  template <typename Visit>
  void Group(std::string_view name, Visit&& visit) {
    const std::size_t length = prefix_.size();
    prefix_.append(name).append("/");
    visit();
    prefix_.resize(length);
  }

 protected:
  // Saves or replaces the bytes of `data`, whose size is fixed.
  virtual void Transfer(std::string_view name, std::span<std::byte> data) = 0;
  std::string FullName(std::string_view name) const { return prefix_ + std::string(name); }

 private:
  std::string prefix_;
};

class StateWriter : public State {
 public:
  bool restoring() const final { return false; }
  [[noreturn]] void Refuse(std::string_view name, std::string_view why) const final;
  void Text(std::string_view name, std::string& text) override;

  // Everything visited so far. The same values give the same bytes.
  std::string bytes() const { return bytes_.text(); }

 protected:
  void Transfer(std::string_view name, std::span<std::byte> data) override;

 private:
  ByteWriter bytes_;
};

// Restores values from a StateWriter's bytes, in any order. Throws UserError, naming `origin` and
// the value, if one is missing or has another size.
class StateReader : public State {
 public:
  StateReader(std::string_view bytes, std::string origin);

  bool restoring() const final { return true; }
  [[noreturn]] void Refuse(std::string_view name, std::string_view why) const final;
  void Text(std::string_view name, std::string& text) override;

  // Throws UserError if a value was never visited.
  void ExpectAllRead() const;

 protected:
  void Transfer(std::string_view name, std::span<std::byte> data) override;

 private:
  std::string Take(std::string_view name);

  std::string origin_;
  std::map<std::string, std::string> values_;
};

}  // namespace arcadeq
