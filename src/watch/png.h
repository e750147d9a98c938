#pragma once

#include <string>

#include "picture/image.h"

namespace arcadeq {

// A picture with its palette as a PNG file. Throws UserError if it has no pixels, or more or fewer
// than its size says.
std::string EncodePng(const Image& picture);

}  // namespace arcadeq
