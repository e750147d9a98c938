#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml_settings.h"
#include "config/config.h"
#include "evaluate/evaluation_protocol.h"

namespace arcadeq {

// How each run is evaluated when it ends.
struct EvaluationPlan {
  std::string protocol{kTrainingProtocol};
  std::int64_t episodes = 30;
  double epsilon = -1;  // negative: the protocol's
  std::int64_t seed = 1;
};

// Settings to try, under a name.
struct Variant {
  std::string name;
  std::vector<Assignment> settings;  // the shared ones first
};

// A sweep as its file describes it: one run for each variant and seed.
//
//   preset = "pqn"            # default: as for `train`
//   out = "runs/lambda"       # default: runs/ and the file's name
//   seeds = [1, 2, 3]
//   jobs = 2                  # concurrent runs; default: one per processor
//   minutes = 60              # stops the runs; default: no limit
//   [settings]                # of all variants, over the preset with train.threads = 1
//   train.steps = 1000000
//   [evaluation]              # of each run when it ends
//   protocol = "sticky"       # default: "training"
//   episodes = 100
//   epsilon = 0.01
//   seed = 1
//   [variants.base]
//   [variants.short]
//   agent.lambda = 0.3
struct SweepPlan {
  static constexpr std::int64_t kMostJobs = 1024;

  std::string file;
  std::string preset;
  std::string out;
  std::vector<std::int64_t> seeds;
  std::int64_t jobs = 0;
  double minutes = 0;  // 0: no limit
  EvaluationPlan evaluation;
  std::vector<Variant> variants;

  // The settings of a run.
  Config ConfigOf(const Variant& variant, std::int64_t seed) const;
};

// Both throw UserError with file, line and key unless every setting is valid for `train`, no
// variant has settings that contradict each other, and the protocol of the evaluation fits every
// game.
SweepPlan LoadSweepPlan(const std::filesystem::path& file);
SweepPlan ParseSweepPlan(std::string_view text, const std::string& file);

}  // namespace arcadeq
