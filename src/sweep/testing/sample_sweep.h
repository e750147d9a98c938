#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/testing/temporary_directory.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"

namespace arcadeq {

// A sweep of catch in a temporary directory: variants "base" and "low", two seeds.
struct SampleSweep {
  // With `low` as the settings of the variant "low".
  SweepPlan Plan(const std::string& low = "agent.gamma = 0.5") const {
    return ParseSweepPlan(
        fmt::format("preset = \"catch\"\nout = \"{}\"\nseeds = [1, 2]\n[settings]\n"
                    "train.steps = 300\n[evaluation]\nepisodes = 3\n[variants.base]\n"
                    "[variants.low]\n{}\n",
                    directory.path().string(), low),
        "sweeps/sample.toml");
  }

  TemporaryDirectory directory;
  SweepPlan plan = Plan();
  std::vector<SweepRun> runs = RunsOf(plan);
};

}  // namespace arcadeq
