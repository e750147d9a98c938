// Frames per second of Space Invaders, or of the game in ARCADEQ_BENCH_GAME: the bare emulator, and
// environments with the presets' settings that store each observation as an actor would. The rate
// is per CPU second on one thread, and per wall-clock second on all. Interleave them:
//   env_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=9

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include <ale/ale_interface.hpp>
#include <ale/common/Constants.h>
#include <ale/common/Log.hpp>
#include <benchmark/benchmark.h>

#include "base/aligned_buffer.h"
#include "base/processors.h"
#include "base/random.h"
#include "config/preset.h"
#include "env/env.h"
#include "env/env_config.h"
#include "env/rom.h"

namespace arcadeq {
namespace {

std::string Game() {
  const char* game = std::getenv("ARCADEQ_BENCH_GAME");
  return game == nullptr ? "space_invaders" : game;
}

// Serialises the set-up of emulators.
std::mutex setup;

RandomStream ThreadStream(const benchmark::State& state) {
  return RandomStream(static_cast<std::uint64_t>(state.thread_index()) + 1, "bench");
}

std::unique_ptr<ale::ALEInterface> LoadEmulator() {
  const std::lock_guard lock(setup);
  ale::Logger::setMode(ale::Logger::Error);
  auto emulator = std::make_unique<ale::ALEInterface>();
  emulator->setInt("random_seed", 1);
  emulator->setInt("frame_skip", 1);
  emulator->setFloat("repeat_action_probability", 0.25f);
  emulator->loadROM(FindRom(Game(), "", StandardRomPlaces()));
  return emulator;
}

// Plays random actions, each held for four frames, without reading the screen.
void BareEmulator(benchmark::State& state) {
  const auto emulator = LoadEmulator();
  const ale::ActionVect actions = emulator->getMinimalActionSet();
  RandomStream policy = ThreadStream(state);
  double score = 0;
  for (auto _ : state) {
    const ale::Action action = actions[policy.Below(actions.size())];
    for (int i = 0; i < 4; ++i) score += emulator->act(action);
    if (emulator->game_over()) emulator->reset_game();
  }
  benchmark::DoNotOptimize(score);
  state.SetItemsProcessed(4 * state.iterations());
}

std::unique_ptr<Env> MakePresetEnv(const std::string& preset, const RandomStream& random) {
  const std::lock_guard lock(setup);
  EnvConfig config = LoadPreset(preset).env;
  config.game = Game();
  return MakeEnv(config, random);
}

void Environment(benchmark::State& state, const std::string& preset) {
  constexpr std::size_t kFrames = 1000;  // more than the caches hold, as in the replay
  const auto env = MakePresetEnv(preset, ThreadStream(state));
  const std::size_t frame_bytes = env->spec().frame.bytes();
  AlignedBuffer<std::uint8_t> frames(kFrames * frame_bytes);
  RandomStream policy = ThreadStream(state);
  env->Reset();
  std::int64_t played = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const StepResult result = env->Step(policy.Between(0, env->spec().num_actions() - 1));
    played += result.frames;
    std::ranges::copy(env->frame(), frames.data() + next * frame_bytes);
    next = (next + 1) % kFrames;
    if (result.done()) env->Reset();
  }
  benchmark::DoNotOptimize(frames.data());
  state.SetItemsProcessed(played);
}

void RegisterForThreads(const std::string& name, void (*run)(benchmark::State&, const std::string&),
                        const std::string& preset) {
  const auto bench = [=](benchmark::State& state) { run(state, preset); };
  benchmark::RegisterBenchmark(name.c_str(), bench)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark((name + "/all_cores").c_str(), bench)
      ->Threads(AvailableProcessors())
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace
}  // namespace arcadeq

int main(int argc, char** argv) {
  using namespace arcadeq;
  benchmark::Initialize(&argc, argv);
  RegisterForThreads(
      "BareEmulator", [](benchmark::State& state, const std::string&) { BareEmulator(state); }, "");
  for (const char* preset : {"tutorial", "nature", "dopamine"}) {
    RegisterForThreads(std::string("Environment/") + preset, Environment, preset);
  }
  benchmark::RunSpecifiedBenchmarks();
}
