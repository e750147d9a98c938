// Times whole updates (three forward passes, backward, optimiser, target network) of each preset's
// network, on one thread and on two, relative to the processor's peak of multiply-adds, which is
// measured in between: rounds of all cases in turn, with medians over the rounds for times and
// peak.
//
//   learner_bench [ROUNDS [PRESET [INSTRUCTION_SET]]] [--json] [--set=KEY=VALUE ...]
//
// An instruction set is one of kernels::InstructionSets(), such as AVX2 or reference. --set changes
// a setting of the presets, as in `arcadeq train`.
//
// "least ms" is the best time, and the share next to it is relative to the best peak; "cpu ms" is
// the calling thread's least CPU time. Other load on the machine affects these less than the
// median. "reading" is BeginUpdate()'s share of the time.
//
// These times exclude drawing and decoding the batch, which is timed on a replay of the same
// content and subtracted (replay_bench measures it).
//
// The network learns for some updates before it is timed. The frames come from Space Invaders
// played at random, where most pixels are zero, and for comparison from random bytes, where none
// can be skipped. GFLOP/s counts every multiply-add of the definition, even those that are skipped
// or saved, so that the share of the peak can exceed 100 %.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <ratio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <time.h>

#include "agent/agent.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env.h"
#include "env/env_config.h"
#include "fma_peak.h"
#include "median.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "replay/batch.h"
#include "replay/replay.h"
#include "replay/step.h"

namespace arcadeq {
namespace {

constexpr int kFrames = 4000;
constexpr int kActions = 6;
constexpr int kUpdatesBefore = 100;

using Clock = std::chrono::steady_clock;

double Milliseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

double ThreadMilliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

bool UsesDoubleTargets(Config config) {
  const Settings settings = Declare(config);
  const auto& all = settings.all();
  return Settings::ValueText(*std::ranges::find(all, "agent.double", &Settings::Setting::key)) ==
         "true";
}

// The multiply-adds of an update by the layers' definitions; the first layer's input needs no
// gradient.
double UpdateGflop(const Config& config, const FrameFormat& frame) {
  struct Layer {
    int filters, kernel, stride;
  };
  const std::vector<Layer> layers = config.agent.network.architecture == "nature"
                                        ? std::vector<Layer>{{32, 8, 4}, {64, 4, 2}, {64, 3, 1}}
                                        : std::vector<Layer>{{16, 8, 4}, {32, 4, 2}};
  double first = 0, others = 0;
  int height = frame.height, width = frame.width, channels = static_cast<int>(config.env.stack);
  for (const Layer& layer : layers) {
    height = (height - layer.kernel) / layer.stride + 1;
    width = (width - layer.kernel) / layer.stride + 1;
    (first == 0 ? first : others) +=
        1.0 * height * width * layer.filters * layer.kernel * layer.kernel * channels;
    channels = layer.filters;
  }
  const auto hidden = static_cast<double>(config.agent.network.hidden);
  const double streams = config.agent.network.dueling ? 2 : 1;
  others += hidden * streams * height * width * channels;
  others += hidden * (config.agent.network.dueling ? kActions + 1 : kActions);
  const double forwards = UsesDoubleTargets(config) ? 3 : 2;
  return 2e-9 * static_cast<double>(config.agent.learning.batch_size) *
         ((forwards + 1) * first + (forwards + 2) * others);
}

// Passes the same experience to all observers.
template <typename Observers>
void FillFromGame(const Config& config, RandomStream& random, Observers& observers) {
  const auto env = MakeEnv(config.env, RandomStream(1, "bench/env"));
  bool done = true;
  for (int i = 0; i < kFrames; ++i) {
    if (done) {
      env->Reset();
      observers.BeginEpisode(env->frame());
    }
    const auto action = static_cast<std::int32_t>(random.Below(kActions));
    const StepResult result = env->Step(action);
    observers.Observe(
        {action, result.reward, {result.terminated, result.truncated, result.life_lost}},
        env->frame());
    done = result.done();
  }
}

template <typename Observers>
void FillAtRandom(const FrameFormat& frame, RandomStream& random, Observers& observers) {
  std::vector<std::uint8_t> pixels(frame.bytes());
  for (int i = 0; i < kFrames; ++i) {
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.Below(256));
    if (i == 0) observers.BeginEpisode(pixels);
    observers.Observe({.action = static_cast<std::int32_t>(random.Below(kActions))}, pixels);
  }
}

// In GFLOP/s per thread.
struct FmaPeaks {
  double median, most;
};

struct Options {
  int rounds = 20;
  std::string preset;  // empty: all
  std::string instruction_set = kernels::InstructionSets().front();
  std::vector<std::string> assignments;  // KEY=VALUE
  bool json = false;
};

Config ConfigOf(const std::string& preset, const Options& options) {
  Config config = LoadPreset(preset);
  Settings settings = Declare(config);
  for (const std::string& assignment : options.assignments) {
    settings.SetFromAssignment(assignment, "--set");
  }
  config.agent.network.instruction_set = options.instruction_set;
  return config;
}

// One line of the table: an agent, its experience, and its times so far.
class Case {
 public:
  Case(const std::string& preset, const Options& options, bool game, int threads)
      : preset_(preset),
        frames_(game ? "Space Invaders" : "random bytes"),
        config_(ConfigOf(preset, options)),
        frame_(config_.env.observation == "84x84" ? FrameFormat{ElementType::kUint8, 84, 84}
                                                  : FrameFormat{ElementType::kUint8, 105, 80}),
        threads_(threads),
        pool_(threads),
        agent_(config_.agent.algorithm.Make(AgentContext{
            config_.agent, 1, frame_, static_cast<int>(config_.env.stack), kActions, 1, pool_})),
        replay_(frame_, static_cast<int>(config_.env.stack), config_.agent.replay,
                config_.agent.Rule(), 1),
        batch_(replay_.store().MakeBatch(static_cast<int>(config_.agent.learning.batch_size))) {
    RandomStream random(1, "bench");
    if (game) {
      FillFromGame(config_, random, *this);
    } else {
      FillAtRandom(frame_, random, *this);
    }
    for (int i = 0; i < kUpdatesBefore; ++i) Time();
    begin_.clear();
    update_.clear();
    cpu_.clear();
  }

  void BeginEpisode(std::span<const std::uint8_t> frame) {
    agent_->BeginEpisode(0, frame);
    replay_.BeginEpisode(0, frame);
  }
  void Observe(const Step& step, std::span<const std::uint8_t> frame) {
    agent_->Observe(0, step, frame);
    replay_.Append(0, step, frame);
  }

  void Time() {
    const Clock::time_point sample = Clock::now();
    const double cpu_sample = ThreadMilliseconds();
    replay_.Sample(sample_random_, pool_, batch_);
    const double cpu_start = ThreadMilliseconds();
    const Clock::time_point start = Clock::now();
    agent_->BeginUpdate();
    const Clock::time_point middle = Clock::now();
    agent_->FinishUpdate();
    const double sampling = Milliseconds(sample, start);
    begin_.push_back(Milliseconds(start, middle) - sampling);
    update_.push_back(Milliseconds(start, Clock::now()) - sampling);
    cpu_.push_back(ThreadMilliseconds() - cpu_start - (cpu_start - cpu_sample));
  }

  void Print(const FmaPeaks& peaks) const {
    const double median = Median(update_);
    const double gflop = UpdateGflop(config_, frame_);
    const double rate = gflop / median * 1e3;
    const double least = *std::ranges::min_element(update_);
    const double cpu = *std::ranges::min_element(cpu_);
    const auto share = [&](double milliseconds, double peak) {
      return 100 * gflop / milliseconds * 1e3 / (peak * threads_);
    };
    fmt::print("{:<26} {:6.3f} {:10.2f} {:9.2f} {:8.2f} {:8.1f} {:7.0f} % {:6.0f} % {:7.0f} %\n",
               fmt::format("{:<9} {:<14} {}", preset_, frames_, threads_), gflop, median, least,
               cpu, rate, share(median, peaks.median), share(least, peaks.most),
               100 * Median(begin_) / median);
  }

  nlohmann::json ToJson(double peak) const {
    const double milliseconds = Median(update_);
    return {
        {"preset", preset_},
        {"frames", frames_},
        {"threads", threads_},
        {"milliseconds", milliseconds},
        {"fma_peak_share", UpdateGflop(config_, frame_) / milliseconds * 1e3 / (peak * threads_)}};
  }

 private:
  std::string preset_, frames_;
  Config config_;
  FrameFormat frame_;
  int threads_;
  ThreadPool pool_;
  std::unique_ptr<Agent> agent_;
  Replay replay_;  // has the same content as the agent's
  RandomStream sample_random_{1, "replay"};
  Batch batch_;
  std::vector<double> begin_, update_, cpu_;
};

void Run(const Options& options) {
  std::vector<std::unique_ptr<Case>> cases;
  for (const char* preset : {"tutorial", "nature", "dopamine"}) {
    for (const bool game : {true, false}) {
      for (const int threads : {1, 2}) {
        if (!options.preset.empty() && options.preset != preset) continue;
        cases.push_back(std::make_unique<Case>(preset, options, game, threads));
      }
    }
  }
  std::vector<double> measured;
  for (int round = 0; round < options.rounds; ++round) {
    for (const auto& each : cases) {
      measured.push_back(MeasureFmaPeak());
      for (int i = 0; i < 5; ++i) each->Time();
    }
  }
  const FmaPeaks peaks{Median(measured), *std::ranges::max_element(measured)};
  if (options.json) {
    nlohmann::json report;
    for (const auto& each : cases) report.push_back(each->ToJson(peaks.median));
    fmt::print("{}\n", report.dump());
    return;
  }
  fmt::print(
      "{}: {:.1f} GFLOP/s of multiply-adds on a thread, {:.1f} at best; {} rounds of 5 updates\n",
      options.instruction_set, peaks.median, peaks.most, options.rounds);
  fmt::print("{:<26} {:>6} {:>10} {:>9} {:>8} {:>8} {:>9} {:>8} {:>9}\n", "preset, frames, threads",
             "GFLOP", "median ms", "least ms", "cpu ms", "GFLOP/s", "of peak", "(least)",
             "reading");
  for (const auto& each : cases) each->Print(peaks);
}

Options ParseOptions(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  Options options;
  options.json = std::erase(arguments, "--json") > 0;
  std::erase_if(arguments, [&](const std::string& argument) {
    constexpr std::string_view kOption = "--set=";
    if (!argument.starts_with(kOption)) return false;
    options.assignments.push_back(argument.substr(kOption.size()));
    return true;
  });
  arguments.resize(3);
  if (const int rounds = std::atoi(arguments[0].c_str()); rounds > 0) options.rounds = rounds;
  options.preset = arguments[1];
  if (!arguments[2].empty()) options.instruction_set = arguments[2];
  return options;
}

}  // namespace
}  // namespace arcadeq

int main(int argc, char** argv) {
  try {
    const arcadeq::Options options = arcadeq::ParseOptions(argc, argv);
    arcadeq::UseInstructionSet(options.instruction_set);
    arcadeq::Run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "learner_bench: %s\n", error.what());
    return 1;
  }
}
