// A sweep's file. What is accepted must make runs that `train` takes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arcadeq::SweepPlan plan;
  if (!arcadeq::fuzz::Accepts([&] { plan = arcadeq::ParseSweepPlan(text, "input.toml"); })) {
    return 0;
  }
  const auto runs = arcadeq::RunsOf(plan);
  arcadeq::fuzz::Require(runs.size() == plan.variants.size() * plan.seeds.size());
  arcadeq::fuzz::Require(arcadeq::fuzz::Accepts([&] { runs.front().config.Check(); }));
  return 0;
}
