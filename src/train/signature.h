#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace arcadeq {

// A short seeded run of each part of the system, each boiled down to one number. A change that is
// not meant to alter what a seeded run does keeps them all. Where they are defined and what may
// change them: docs/signature.md.
struct SignaturePart {
  std::string name;
  std::uint64_t value;
};

// Takes some seconds. Throws UserError if the Space Invaders ROM is not found.
std::vector<SignaturePart> ComputeSignature();

// The one number of all parts together.
std::uint64_t CombineSignature(const std::vector<SignaturePart>& parts);

}  // namespace arcadeq
