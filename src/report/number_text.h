#pragma once

#include <string>

namespace arcadeq {

// A value for people, in about three digits: "1,669", "0.123".
std::string NumberText(double value);

}  // namespace arcadeq
