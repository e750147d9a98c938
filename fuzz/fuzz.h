#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/testing/refusal.h"

// Shared by all fuzz targets. A target must accept its input or refuse it with a one-line
// UserError; anything else, including any other exception, is a finding.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace arcadeq::fuzz {

// Aborts the process unless `holds`, which libFuzzer reports with the input.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

// Returns false if the action was refused.
template <typename Action>
bool Accepts(Action action) {
  const std::string refusal = RefusalOf(action);
  Require(refusal.find('\n') == std::string::npos);
  return refusal.empty();
}

// Splits an input into values; past its end, values are zero or empty.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t Byte() {
    const std::string_view byte = Text(1);
    return byte.empty() ? 0 : static_cast<std::uint8_t>(byte[0]);
  }
  // Two bytes, little-endian.
  std::size_t Short() {
    const std::size_t low = Byte();
    return low | static_cast<std::size_t>(Byte()) << 8;
  }
  std::string_view Text(std::size_t size) {
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(text.size());
    return text;
  }
  std::string_view Rest() { return Text(rest_.size()); }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace arcadeq::fuzz
