#include <string>

#include <fmt/ranges.h>

#include "machine/build_info.h"
#include "machine/checks.h"
#include "machine/section.h"

namespace arcadeq {

Section CheckProgram(const BuildInfo& build, const std::string& system) {
  Section section{"program", "Program"};
  section.Add("arcadeq", build.commit.empty()
                             ? build.version
                             : fmt::format("{}, commit {}", build.version, build.commit));
  section.Add("compiler", build.flags.empty() ? build.compiler
                                              : fmt::format("{} {}", build.compiler, build.flags));
  const std::string type = build.type.empty() ? "no build type" : build.type;
  const std::string options =
      fmt::format("{}, {} vector kernels{}{}", type, build.vectorised ? "with" : "without",
                  build.asserts ? ", asserts" : "",
                  build.sanitizers.empty() ? "" : ", sanitizers " + build.sanitizers);
  if (build.type != "Release" || build.asserts || !build.sanitizers.empty()) {
    section.Warn("build", options + ": slower than it could be", "build it with ./run build");
  } else {
    section.Add("build", options);
  }
  section.Add("libraries", fmt::format("{}", fmt::join(build.libraries, ", ")));
  section.Add("system", system);
  section.data = {{"version", build.version},     {"commit", build.commit},
                  {"compiler", build.compiler},   {"flags", build.flags},
                  {"build_type", build.type},     {"vector_kernels", build.vectorised},
                  {"asserts", build.asserts},     {"sanitizers", build.sanitizers},
                  {"libraries", build.libraries}, {"system", system}};
  return section;
}

}  // namespace arcadeq
