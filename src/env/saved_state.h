#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace arcadeq {

// The state of an environment begins with a version, what it is the state of, and the environment's
// random stream; what is particular to the environment follows. It ends with a hash (SealedText()).
ByteWriter BeginState(std::string_view subject, const RandomStream& random);

// What follows in such a state. Throws UserError for bytes that are damaged, of another version or
// of another subject. The bytes must outlive the result.
ByteReader OpenState(std::string_view sealed, std::string_view subject,
                     RandomStream::State& random);

}  // namespace arcadeq
