#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace arcadeq {

// The saved state of an environment consists of a version, a description of the environment
// (`subject`), its random stream, data particular to it, and a hash (SealedText()).
ByteWriter BeginState(std::string_view subject, const RandomStream& random);

// Returns a reader of the particular data. Throws UserError if the bytes are damaged or have
// another version or subject. The bytes must outlive the result.
ByteReader OpenState(std::string_view sealed, std::string_view subject,
                     RandomStream::State& random);

}  // namespace arcadeq
