#pragma once

#include <cstdlib>
#include <string>

namespace arcadeq {

// The value of an environment variable; empty if it is not set.
inline std::string EnvironmentVariable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace arcadeq
