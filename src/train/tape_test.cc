// Pins the order in which a Trainer calls the agent, its policy and the environment: each records
// its calls on one tape.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "base/choice.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "config/config.h"
#include "env/env.h"
#include "evaluate/stacked_env.h"
#include "nn/network.h"
#include "record/event.h"
#include "replay/frame_stack.h"
#include "replay/replay_memory.h"
#include "replay/step.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAreArray;

using Tape = std::vector<std::string>;

constexpr FrameFormat kNumber{ElementType::kUint8, 1, 1};

// Episodes of three steps; a frame is the number of steps since the environment was made.
class TapeEnv final : public Env {
 public:
  explicit TapeEnv(Tape& tape) : tape_(tape) {}

  const EnvSpec& spec() const override { return spec_; }
  int Reset() override {
    tape_.push_back("env: reset");
    in_episode_ = 0;
    return 0;
  }
  StepResult Step(int action) override {
    ++frame_;
    ++in_episode_;
    tape_.push_back(fmt::format("env: step with action {}", action));
    return {.reward = 1, .raw_reward = 1, .terminated = in_episode_ == 3, .frames = 1};
  }
  std::span<const std::uint8_t> frame() const override { return {&frame_, 1}; }
  ScreenView screen() override { return {}; }
  void Reseed(RandomStream) override {}
  std::string SaveState() const override { return ""; }
  void RestoreState(std::string_view) override {}

 private:
  Tape& tape_;
  EnvSpec spec_{kNumber, {"left", "right"}, 60};
  std::uint8_t frame_ = 0;
  int in_episode_ = 0;
};

class TapePolicy final : public Policy {
 public:
  explicit TapePolicy(Tape& tape) : tape_(tape) {}

  void Act(std::span<const StackView> observations, std::span<const std::int64_t> steps,
           ThreadPool&, std::span<std::int32_t> actions) override {
    tape_.push_back(
        fmt::format("policy: act on frame {} at step {}", *observations[0].frames[0], steps[0]));
    actions[0] = static_cast<std::int32_t>(steps[0] % 2);
  }
  void VisitState(int, State&) override {}

 private:
  Tape& tape_;
};

// Learns every two steps, from the fourth on, once it has observed a step: from older steps, as an
// agent with a replay does, or from the latest window.
class TapeAgent final : public Agent {
 public:
  TapeAgent(Tape& tape, bool learns_from_older_steps, const AgentContext& context)
      : tape_(tape),
        learns_from_older_steps_(learns_from_older_steps),
        network_(MakeNetwork({.architecture = "mlp", .hidden = 16},
                             {context.frame, context.stack, context.num_actions})),
        parameters_(network_->MakeParameters()) {}

  std::unique_ptr<Policy> MakePolicy(int, int) override {
    return std::make_unique<TapePolicy>(tape_);
  }
  double Epsilon(std::int64_t) const override { return 0; }
  void BeginEpisode(int, std::span<const std::uint8_t> frame) override {
    tape_.push_back(fmt::format("agent: episode begins with frame {}", frame[0]));
  }
  void Observe(int, const Step& step, std::span<const std::uint8_t> next_frame) override {
    observed_ = true;
    tape_.push_back(fmt::format("agent: action {} led to frame {}{}", step.action, next_frame[0],
                                step.end.terminated ? ", the last" : ""));
  }
  std::int64_t NextUpdate(std::int64_t steps) const override {
    return std::max<std::int64_t>(steps / 2 * 2 + 2, 4);
  }
  int RoundsPerUpdate() const override { return 2; }
  bool LearnsFromOlderSteps() const override { return learns_from_older_steps_; }
  bool CanUpdate() const override { return observed_; }
  void BeginUpdate() override { tape_.push_back("agent: begin update"); }
  UpdateStats FinishUpdate() override {
    tape_.push_back("agent: finish update");
    return {};
  }
  void Inspect(Network::Activations&) const override { tape_.push_back("agent: inspect"); }
  std::int64_t updates() const override { return 0; }
  const Network& network() const override { return *network_; }
  const Network::Parameters& parameters() const override { return *parameters_; }
  std::int64_t stored_frames(int) const override { return 0; }
  std::int64_t frame_capacity() const override { return 0; }
  std::int64_t bytes_to_come() const override { return 0; }
  void Reserve(const ReservedMemory&, std::int64_t) override {}
  void ReadNewestStack(int, FrameStack&) const override {}
  void VisitState(AgentState&) override {}

 private:
  Tape& tape_;
  bool learns_from_older_steps_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Network::Parameters> parameters_;
  bool observed_ = false;
};

class TapeKind final : public Kind<AgentMaker> {
 public:
  TapeKind(Tape& tape, bool learns_from_older_steps)
      : tape_(tape), learns_from_older_steps_(learns_from_older_steps) {}
  void Declare(Settings&) override {}
  void Check() const override {}
  std::unique_ptr<Agent> Make(const AgentContext& context) const override {
    return std::make_unique<TapeAgent>(tape_, learns_from_older_steps_, context);
  }
  std::unique_ptr<Kind> Clone() const override { return std::make_unique<TapeKind>(*this); }

 private:
  Tape& tape_;
  bool learns_from_older_steps_;
};

// The calls of a run of six steps in one environment, on one thread.
Tape Calls(bool overlap, bool learns_from_older_steps = true,
           std::int64_t diagnostics_every_steps = 0) {
  Tape tape;
  std::vector<Choice<AgentMaker>::Entry> kinds;
  kinds.push_back({"tape", std::make_unique<TapeKind>(tape, learns_from_older_steps)});
  Config config;
  config.agent.algorithm = {std::move(kinds), "tape"};
  config.env.stack = 1;
  config.train.steps = 6;
  config.train.threads = 1;
  config.train.overlap = overlap;
  config.record.gif_every_episodes = 0;
  config.record.diagnostics_every_steps = diagnostics_every_steps;
  std::vector<StackedEnv> envs;
  envs.emplace_back(std::make_unique<TapeEnv>(tape), 1);
  Trainer trainer(config, std::move(envs));
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr, [](const Event&) {}, stop);
  return tape;
}

// A window has one step. The agent observes the step after which an update is due before it learns.
TEST(Tape, WithoutOverlapTheAgentLearnsFromTheNewestStep) {
  EXPECT_THAT(Calls(false),
              ElementsAreArray({
                  "env: reset",                                //
                  "policy: act on frame 0 at step 0",          //
                  "env: step with action 0",                   //
                  "agent: episode begins with frame 0",        //
                  "agent: action 0 led to frame 1",            //
                  "policy: act on frame 1 at step 1",          //
                  "env: step with action 1",                   //
                  "agent: action 1 led to frame 2",            //
                  "policy: act on frame 2 at step 2",          //
                  "env: step with action 0",                   //
                  "agent: action 0 led to frame 3, the last",  //
                  "env: reset",                                //
                  "policy: act on frame 3 at step 3",          //
                  "env: step with action 1",                   //
                  "agent: episode begins with frame 3",        //
                  "agent: action 1 led to frame 4",            //
                  "agent: begin update",                       //
                  "agent: finish update",                      //
                  "policy: act on frame 4 at step 4",          //
                  "env: step with action 0",                   //
                  "agent: action 0 led to frame 5",            //
                  "policy: act on frame 5 at step 5",          //
                  "env: step with action 1",                   //
                  "agent: action 1 led to frame 6, the last",  //
                  "agent: begin update",                       //
                  "agent: finish update",                      //
              }));
}

// A window has two steps. An update sees what was observed before the window in which it is due;
// on a single thread, the policies play first.
TEST(Tape, WithOverlapTheAgentLearnsFromEarlierWindows) {
  EXPECT_THAT(Calls(true),
              ElementsAreArray({
                  "env: reset",                                //
                  "policy: act on frame 0 at step 0",          //
                  "env: step with action 0",                   //
                  "policy: act on frame 1 at step 1",          //
                  "env: step with action 1",                   //
                  "agent: episode begins with frame 0",        //
                  "agent: action 0 led to frame 1",            //
                  "agent: action 1 led to frame 2",            //
                  "policy: act on frame 2 at step 2",          //
                  "env: step with action 0",                   //
                  "env: reset",                                //
                  "policy: act on frame 3 at step 3",          //
                  "env: step with action 1",                   //
                  "agent: begin update",                       //
                  "agent: finish update",                      //
                  "agent: action 0 led to frame 3, the last",  //
                  "agent: episode begins with frame 3",        //
                  "agent: action 1 led to frame 4",            //
                  "policy: act on frame 4 at step 4",          //
                  "env: step with action 0",                   //
                  "policy: act on frame 5 at step 5",          //
                  "env: step with action 1",                   //
                  "agent: begin update",                       //
                  "agent: finish update",                      //
                  "agent: action 0 led to frame 5",            //
                  "agent: action 1 led to frame 6, the last",  //
              }));
}

// A window has two steps, with or without overlap. An update sees the whole window at whose end it
// is due, which the policies played with one set of weights.
TEST(Tape, AnAgentThatNeedsTheLatestWindowLearnsBeforeTheNext) {
  for (const bool overlap : {true, false}) {
    EXPECT_THAT(Calls(overlap, /*learns_from_older_steps=*/false),
                ElementsAreArray({
                    "env: reset",                                //
                    "policy: act on frame 0 at step 0",          //
                    "env: step with action 0",                   //
                    "policy: act on frame 1 at step 1",          //
                    "env: step with action 1",                   //
                    "agent: episode begins with frame 0",        //
                    "agent: action 0 led to frame 1",            //
                    "agent: action 1 led to frame 2",            //
                    "policy: act on frame 2 at step 2",          //
                    "env: step with action 0",                   //
                    "env: reset",                                //
                    "policy: act on frame 3 at step 3",          //
                    "env: step with action 1",                   //
                    "agent: action 0 led to frame 3, the last",  //
                    "agent: episode begins with frame 3",        //
                    "agent: action 1 led to frame 4",            //
                    "agent: begin update",                       //
                    "agent: finish update",                      //
                    "policy: act on frame 4 at step 4",          //
                    "env: step with action 0",                   //
                    "policy: act on frame 5 at step 5",          //
                    "env: step with action 1",                   //
                    "agent: action 0 led to frame 5",            //
                    "agent: action 1 led to frame 6, the last",  //
                    "agent: begin update",                       //
                    "agent: finish update",                      //
                }))
        << (overlap ? "with" : "without") << " overlap";
  }
}

// The update at step 4 is the last one due by step 5.
TEST(Tape, InspectsTheNetworkAfterAnUpdate) {
  for (const bool overlap : {false, true}) {
    Tape expected = Calls(overlap);
    expected.insert(std::ranges::find(expected, "agent: finish update") + 1, "agent: inspect");
    EXPECT_THAT(Calls(overlap, true, 5), ElementsAreArray(expected));
  }
}

}  // namespace
}  // namespace arcadeq
