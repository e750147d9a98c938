#include "machine/build_info.h"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <hwy/highway.h>

#include "env/atari.h"
#include "machine/commit.generated.h"
#include "window/window.h"

namespace arcadeq {

BuildInfo ReadBuildInfo() {
  BuildInfo info;
  info.version = ARCADEQ_VERSION;
  info.commit = ARCADEQ_COMMIT;
  info.compiler = ARCADEQ_COMPILER;
  info.type = ARCADEQ_BUILD_TYPE;
  info.flags = ARCADEQ_CXX_FLAGS;
  info.sanitizers = ARCADEQ_SANITIZERS;
#ifdef ARCADEQ_SIMD
  info.vectorised = true;
#endif
#ifndef NDEBUG
  info.asserts = true;
#endif
  info.libraries = {
      fmt::format("ALE {}", EmulatorVersion()),
      fmt::format("Highway {}.{}.{}", HWY_MAJOR, HWY_MINOR, HWY_PATCH), WindowLibrary(),
      fmt::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100),
      fmt::format("glibc {}", gnu_get_libc_version())};
  return info;
}

}  // namespace arcadeq
