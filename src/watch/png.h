#pragma once

#include <string>

#include "picture/image.h"

namespace arcadeq {

// A picture with its palette as a PNG file. Throws UserError if it is not complete (IsComplete()).
std::string EncodePng(const Image& picture);

}  // namespace arcadeq
