#pragma once

#include <cstdint>
#include <string_view>

namespace arcadeq {

// CRC-32C (Castagnoli), as in RFC 3720.
std::uint32_t Crc32c(std::string_view bytes);

// The form in which event files keep it: a CRC over bytes that hold CRCs is weak, so it is rotated
// and a constant added.
std::uint32_t MaskedCrc32c(std::string_view bytes);

}  // namespace arcadeq
