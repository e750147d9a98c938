#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace arcadeq {

// A short seeded run of one part of the system, reduced to one number. A change that is not meant
// to affect seeded runs keeps all of them. docs/signature.md says where they are defined and what
// may change them.
struct SignaturePart {
  std::string name;
  std::uint64_t value;
};

// Takes several seconds. Throws UserError if the Space Invaders ROM is not found.
std::vector<SignaturePart> ComputeSignature();

// One number for all parts together.
std::uint64_t CombineSignature(const std::vector<SignaturePart>& parts);

}  // namespace arcadeq
