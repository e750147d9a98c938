// Measures the cost of saving with a replay of 200,000 frames of Space Invaders and the tutorial's
// network: how long training pauses for a snapshot and how long the background write takes, for a
// first checkpoint and for later ones, which link to existing segments.
//
//   checkpoint_bench [FRAMES]

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <ratio>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "agent/agent.h"
#include "base/quantity_text.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_writer.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env_config.h"
#include "game_frames.h"
#include "train/run_snapshot.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPlayed = 4000;  // frames of a random player, stored again and again

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void Append(const GameFrames& played, std::int64_t count, Agent& agent) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i % kPlayed);
    if (played.first[k]) {
      agent.BeginEpisode(0, played.frames[k]);
    } else {
      agent.Observe(0, {.action = static_cast<std::int32_t>(k % 6)}, played.frames[k]);
    }
  }
}

void Run(std::int64_t frames) {
  Config config = LoadPreset("tutorial");
  config.agent.replay.capacity = frames;
  const auto env = MakeEnv(config.env, RandomStream(1, "bench/env"));
  ThreadPool pool(1);
  const auto agent = config.agent.algorithm.Make(AgentContext{config.agent, 1, env->spec().frame,
                                                              static_cast<int>(config.env.stack),
                                                              env->spec().num_actions(), 1, pool});
  const GameFrames played = PlayAtRandom(*env, RandomStream(1, "bench/policy"), kPlayed);
  Append(played, frames, *agent);

  const std::filesystem::path directory = "checkpoint_bench.tmp";
  std::optional<Checkpoint> previous;
  RunSnapshot snapshot;
  fmt::print("{} frames, {} parameters\n", frames, agent->network().num_parameters());
  fmt::print("new steps  training paused ms  background write ms  new bytes\n");
  for (const std::int64_t steps : {frames, std::int64_t{10'000}, std::int64_t{1'000}}) {
    if (previous) Append(played, steps, *agent);
    const Clock::time_point begin = Clock::now();
    snapshot.step += steps;
    StateWriter values;
    SnapshotTaker state(values, snapshot);
    agent->VisitState(state);
    const double still = MillisecondsSince(begin);

    const Clock::time_point write = Clock::now();
    CheckpointWriter writer(directory, {snapshot.step, "space_invaders", "bench", 0}, previous);
    WriteSnapshot(snapshot, {}, previous ? &*previous : nullptr, writer);
    std::vector<std::string> messages;
    const Checkpoint checkpoint = writer.Commit({}, messages);
    const double written = MillisecondsSince(write);
    std::int64_t bytes = 0;
    for (const auto& [name, file] : checkpoint.manifest.files) {
      const bool linked = previous && previous->manifest.files.contains(name) &&
                          previous->manifest.files.at(name) == file;
      if (!linked) bytes += static_cast<std::int64_t>(file.size);
    }
    fmt::print("{:9}  {:18.1f}  {:19.0f}  {}\n", steps, still, written, FormatBytes(bytes));
    previous = checkpoint;
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace arcadeq

int main(int argc, char** argv) {
  const std::int64_t frames = argc > 1 ? std::atoll(argv[1]) : 0;
  arcadeq::Run(frames > 0 ? frames : 200'000);
}
