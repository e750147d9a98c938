#include "sweep/sweep_run.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/toml_settings.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "config/changed_settings.h"
#include "config/config.h"
#include "evaluate/evaluation_protocol.h"
#include "sweep/sweep_directory.h"
#include "sweep/sweep_plan.h"
#include "train/run_counters.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

std::vector<std::int64_t> CheckpointsOf(const SweepRun& run) {
  return ListCheckpoints(RunDirectory::At(run.directory).checkpoints());
}

// The probability of a random action in the run's evaluation.
double EvaluationEpsilon(const EvaluationPlan& plan, Config config) {
  if (plan.epsilon >= 0) return plan.epsilon;
  ApplyProtocol(plan.protocol, config);
  return config.agent.policy.evaluation_epsilon;
}

SweepRun MakeRun(const SweepPlan& plan, const Variant& variant, std::int64_t seed) {
  const fs::path out = plan.out;
  SweepRun run;
  run.name = fmt::format("{}-seed{}", variant.name, seed);
  run.variant = variant.name;
  run.seed = seed;
  run.config = plan.ConfigOf(variant, seed);
  run.epsilon = EvaluationEpsilon(plan.evaluation, run.config);
  run.directory = out / run.name;
  run.log = out / "logs" / (run.name + ".log");
  run.result = ResultFileOf(run.directory);
  run.train_arguments = {"arcadeq",   "train",
                         "--preset",  plan.preset,
                         "--threads", "1",
                         "--seed",    fmt::format("{}", seed),
                         "--out",     run.directory.string()};
  for (const auto& [key, text, place] : variant.settings) {
    run.train_arguments.insert(run.train_arguments.end(),
                               {"--set", fmt::format("{}={}", key, text)});
  }
  run.resume_arguments = {"arcadeq", "train", "--resume", run.directory.string()};
  run.evaluate_arguments = {"arcadeq",
                            "evaluate",
                            run.directory.string(),
                            "--json",
                            "--protocol",
                            plan.evaluation.protocol,
                            "--episodes",
                            fmt::format("{}", plan.evaluation.episodes),
                            "--epsilon",
                            fmt::format("{}", run.epsilon),
                            "--threads",
                            fmt::format("{}", run.config.train.ThreadCount()),
                            "--seed",
                            fmt::format("{}", plan.evaluation.seed)};
  return run;
}

// The place that sets the key of a variant; the file as a whole if it comes from the preset.
std::string PlaceOf(const SweepPlan& plan, const std::string& variant, std::string_view key) {
  const auto found = std::ranges::find(plan.variants, variant, &Variant::name);
  const auto& settings = found->settings;
  const auto last = std::find_if(settings.rbegin(), settings.rend(),
                                 [key](const Assignment& value) { return value.key == key; });
  return last == settings.rend() ? plan.file : last->place;
}

void CheckUnchanged(const SweepPlan& plan, const SweepRun& run) {
  if (CheckpointsOf(run).empty()) return;
  const Config begun = RunDirectory::Open(run.directory).LoadConfig();
  Config wanted = run.config;
  wanted.FixScheduleSteps();
  for (const auto& [key, old_value, new_value] : ChangedSettings(begun, wanted)) {
    if (key == "env.rom") continue;  // stored as an absolute path; a game accepts only one ROM
    ThrowUserError(
        "{}: {} = {}: {} began with {} and keeps it; restore the setting, rename the variant, or "
        "choose another directory with out",
        PlaceOf(plan, run.variant, key), key, new_value, run.directory.string(), old_value);
  }
}

// Whether a run that was killed before its first checkpoint may have left this file behind. It has
// no weights yet, and its folder of checkpoints is no link to a disk that may be missing.
bool IsOfUnbegunRun(const fs::path& file) {
  std::error_code error;
  const std::string name = file.filename().string();
  const fs::file_type type = fs::symlink_status(file, error).type();
  if (name == "weights") return type == fs::file_type::directory && ListDirectory(file).empty();
  if (name == "videos" || name == "checkpoints") return type == fs::file_type::directory;
  for (const std::string_view prefix :
       {"config.toml", "episodes.csv", "events.out.tfevents.", "watch.socket"}) {
    if (name.starts_with(prefix)) return type != fs::file_type::directory;
  }
  return name == kLockFile;
}

}  // namespace

std::vector<SweepRun> RunsOf(const SweepPlan& plan) {
  std::vector<SweepRun> runs;
  for (const std::int64_t seed : plan.seeds) {
    std::ranges::transform(plan.variants, std::back_inserter(runs),
                           [&](const Variant& variant) { return MakeRun(plan, variant, seed); });
  }
  return runs;
}

void CheckUnchanged(const SweepPlan& plan, const std::vector<SweepRun>& runs) {
  for (const SweepRun& run : runs) CheckUnchanged(plan, run);
}

void CheckCanBegin(const SweepPlan& plan, const std::vector<SweepRun>& runs) {
  std::set<std::string_view> checked;
  for (const SweepRun& run : runs) {
    if (!CheckpointsOf(run).empty() || !checked.insert(run.variant).second) continue;
    try {
      const Trainer trainer(run.config);
    } catch (const UserError& error) {
      ThrowUserError("{}: variant {}: {}", plan.file, run.variant, error.what());
    }
  }
}

RunProgress InspectRun(const SweepRun& run) {
  RunProgress progress;
  if (CheckpointsOf(run).empty()) return progress;
  const RunDirectory directory = RunDirectory::Open(run.directory);
  const DirectoryLock lock(run.directory);
  std::vector<std::string> messages;
  const auto reader = CheckpointReader::OpenNewest(directory.checkpoints(), messages);
  progress.begun = true;
  progress.counters = ReadCounters(reader);
  progress.complete = !LimitReached(run.config.train, progress.counters).empty() &&
                      directory.HasWeights(progress.counters.steps);
  return progress;
}

void RemoveUnbegun(const SweepRun& run) {
  std::error_code error;
  // A run creates its lock before anything else.
  if (!fs::exists(run.directory / kLockFile, error)) return;
  const DirectoryLock lock(run.directory);
  if (!CheckpointsOf(run).empty()) return;
  const std::vector<std::string> names = ListDirectory(run.directory);
  for (const std::string& name : names) {
    if (IsOfUnbegunRun(run.directory / name)) continue;
    ThrowUserError(
        "{} has no checkpoint, but {}: bring its checkpoints back, or move the directory away",
        run.directory.string(), name);
  }
  for (const std::string& name : names) {
    if (name == kLockFile) continue;
    fs::remove_all(run.directory / name, error);
    if (error)
      ThrowUserError("cannot remove {}: {}", (run.directory / name).string(), error.message());
  }
}

}  // namespace arcadeq
