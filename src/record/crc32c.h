#pragma once

#include <cstdint>
#include <string_view>

namespace arcadeq {

// CRC-32C (Castagnoli), as in RFC 3720.
std::uint32_t Crc32c(std::string_view bytes);

// The form stored in event files: a CRC over bytes that contain CRCs is weak, so it is rotated and
// a constant is added.
std::uint32_t MaskedCrc32c(std::string_view bytes);

}  // namespace arcadeq
