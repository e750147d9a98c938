#include "window/display_probe.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "window/window_process.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

// A window process that is a shell script; its end of the socket is the standard input.
WindowCommand Script(const std::string& script) {
  return {"/bin/bash", {"bash", "-c", script}};
}

TEST(DisplayProbe, FindsNoProblemOnceTheDisplayResponds) {
  EXPECT_EQ(FindDisplayProblem(Script("echo ready >&0; read")), "");
}

TEST(DisplayProbe, PassesOnWhyNoWindowCanOpen) {
  EXPECT_EQ(FindDisplayProblem(Script("echo 'no display: for a reason' >&0; exit 1")),
            "no display: for a reason");
}

TEST(DisplayProbe, ReportsAProcessThatIsKilled) {
  EXPECT_THAT(FindDisplayProblem(Script("kill -9 $$")), HasSubstr("killed by signal 9"));
}

TEST(DisplayProbe, ReportsAProcessThatCannotStart) {
  EXPECT_THAT(FindDisplayProblem({"/no/such/program", {"name"}}), HasSubstr("/no/such/program"));
}

}  // namespace
}  // namespace arcadeq
