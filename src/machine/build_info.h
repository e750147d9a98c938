#pragma once

#include <string>
#include <vector>

namespace arcadeq {

// How this program was built.
struct BuildInfo {
  std::string version;
  std::string commit;      // with "-dirty" if sources were changed; empty if unknown
  std::string compiler;    // "GNU 12.2.0"
  std::string type;        // CMake's build type
  std::string flags;       // the builder's own, CMAKE_CXX_FLAGS
  std::string sanitizers;  // "address,undefined"
  bool vectorised = false;
  bool asserts = false;
  std::vector<std::string> libraries;  // "ALE 0.12.1", ...
};

BuildInfo ReadBuildInfo();

}  // namespace arcadeq
