#include "train/signature.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "agent/agent.h"
#include "base/frame.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env.h"
#include "env/env_config.h"
#include "nn/network.h"
#include "record/event.h"
#include "replay/replay.h"
#include "replay/step.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

// Covers frames, rewards and the ends of episodes under random actions.
std::uint64_t EnvSignature(std::string_view preset) {
  constexpr int kSteps = 400;
  auto env = MakeEnv(LoadPreset(preset).env, RandomStream(1, "signature/env"));
  RandomStream random(1, "signature/actions");
  Hash hash;
  env->Reset();
  for (int i = 0; i < kSteps; ++i) {
    const auto actions = static_cast<std::uint64_t>(env->spec().num_actions());
    const StepResult result = env->Step(static_cast<int>(random.Below(actions)));
    hash.Add(env->frame());
    hash.Add(result.raw_reward);
    hash.Add(result.done());
    if (result.done()) env->Reset();
  }
  return hash.value();
}

// Gives access to an agent's sets of parameters by name, and replaces the random stream from which
// its replay draws.
class Inside final : public AgentState {
 public:
  Inside(Agent& agent, const RandomStream& draws) : streams_(draws.state()) {
    agent.VisitState(*this);
  }

  Network::Parameters& parameters(const std::string& name) const { return *parameters_.at(name); }

 private:
  // Replaces the replay's stream and leaves all other values unchanged.
  class ReplayStream final : public State {
   public:
    explicit ReplayStream(const RandomStream::State& words) : words_(words) {}
    bool restoring() const override { return true; }
    void Refuse(std::string_view name, std::string_view why) const override {
      throw std::logic_error(fmt::format("{}: {}", name, why));
    }
    void Text(std::string_view, std::string&) override {}

   protected:
    void Transfer(std::string_view name, std::span<std::byte> data) override {
      if (name == "replay") std::ranges::copy(std::as_bytes(std::span(words_)), data.begin());
    }

   private:
    RandomStream::State words_;
  };

  State& values() override { return streams_; }
  void Parameters(std::string_view name, const Network&, Network::Parameters& parameters) override {
    parameters_[std::string(name)] = &parameters;
  }
  void Replay(arcadeq::Replay&) override {}

  ReplayStream streams_;
  std::map<std::string, Network::Parameters*> parameters_;
};

// Covers updates from a replay of random frames: sampling, network, targets, optimiser and target
// network. A single stream draws everything.
std::uint64_t LearnerSignature(std::string_view preset, const FrameFormat& frame) {
  constexpr int kUpdates = 5, kActions = 6, kFrames = 200, kEpisode = 37;
  constexpr std::int64_t kScheduleSteps = 1'000'000;  // so that no schedule ends at once
  Config config = LoadPreset(preset);
  config.agent.replay.capacity = kFrames;
  ThreadPool pool(config.train.ThreadCount());
  RandomStream random(1, "signature/learner");
  const auto agent = config.agent.algorithm.Make(AgentContext{config.agent, 1, frame,
                                                              static_cast<int>(config.env.stack),
                                                              kActions, 1, pool, kScheduleSteps});
  const Network& network = agent->network();
  {
    const Inside inside(*agent, random);
    network.Initialize(inside.parameters("online"), random);
    network.Copy(inside.parameters("online"), inside.parameters("target"));
  }

  std::vector<std::uint8_t> pixels(frame.bytes());
  for (int i = 0; i < kFrames; ++i) {
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.Below(256));
    if (frame.element == ElementType::kFloat32) {
      for (auto& value : std::span(reinterpret_cast<float*>(pixels.data()), frame.elements())) {
        value = static_cast<float>(random.Uniform(-1, 1));
      }
    }
    if (i % kEpisode == 0) {
      agent->BeginEpisode(0, pixels);
    } else {
      const StepEnd end{.terminated = (i + 1) % kEpisode == 0};
      const int action = static_cast<int>(random.Below(kActions));
      const auto reward = static_cast<float>(random.Uniform(-1, 1));
      agent->Observe(0, {action, reward, end}, pixels);
    }
  }

  const Inside inside(*agent, random);
  for (int i = 0; i < kUpdates; ++i) {
    agent->BeginUpdate();
    agent->FinishUpdate();
  }
  Hash hash;
  for (const char* name : {"online", "target"}) {
    for (const auto& tensor : network.Export(inside.parameters(name))) {
      hash.Add(std::span<const float>(tensor.values));
    }
  }
  return hash.value();
}

// Covers a whole training run, up to its last weights.
std::uint64_t RunSignature(const Config& config) {
  Trainer trainer(config);
  Hash hash;
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr,
      [&hash](const Event& event) {
        if (const auto* ended = std::get_if<EpisodeEnded>(&event)) hash.Add(ended->raw_return);
      },
      stop);
  trainer.agent().network().AddToHash(trainer.agent().parameters(), hash);
  return hash.value();
}

std::uint64_t TrainerSignature(std::string_view preset, bool overlap = true, int envs = 1) {
  Config config = LoadPreset(preset);
  config.train.overlap = overlap;
  config.train.envs = envs;
  config.train.steps = 400;
  config.agent.learning.starts = 200;
  return RunSignature(config);
}

// PQN with the network and the rewards of a preset, in 60 optimiser steps over 5 windows; schedules
// end with the run.
std::uint64_t PqnSignature(std::string_view preset, std::string_view loss) {
  Config config = LoadPreset(preset);
  Settings settings = Declare(config);
  for (const char* assignment :
       {"agent.algorithm=pqn", "agent.lambda=0.65", "agent.rollout_steps=12", "agent.epochs=3",
        "agent.terminal_on_life_loss=true", "network.normalisation=channels", "network.hidden=64",
        "optimizer.algorithm=radam", "optimizer.learning_rate=1e-3",
        "optimizer.learning_rate_decay_updates=0", "optimizer.learning_rate_decay_share=1",
        "optimizer.max_grad_norm=10", "policy.epsilon_end=0.01", "policy.epsilon_decay_share=0.5",
        "train.envs=8", "train.batch_size=24"}) {
    settings.SetFromAssignment(assignment, "signature");
  }
  settings.Set("agent.loss", loss, "signature");
  config.train.steps = 5 * 8 * 12;
  return RunSignature(config);
}

}  // namespace

std::vector<SignaturePart> ComputeSignature() {
  constexpr FrameFormat kHalved{ElementType::kUint8, 105, 80};
  constexpr FrameFormat kNature{ElementType::kUint8, 84, 84};
  constexpr FrameFormat kVector{ElementType::kFloat32, 1, 4};
  return {
      {"env/space_invaders", EnvSignature("tutorial")},
      {"env/space_invaders-84x84", EnvSignature("nature")},
      {"env/cartpole", EnvSignature("cartpole")},
      {"env/catch", EnvSignature("catch")},
      {"learner/article", LearnerSignature("tutorial", kHalved)},
      {"learner/laptop", LearnerSignature("laptop", kNature)},
      {"learner/nature", LearnerSignature("nature", kNature)},
      {"learner/mlp", LearnerSignature("cartpole", kVector)},
      {"train/cartpole", TrainerSignature("cartpole")},
      {"train/catch", TrainerSignature("catch")},
      {"train/catch-sequential", TrainerSignature("catch", false)},
      {"train/catch-4-envs", TrainerSignature("catch", true, 4)},
      {"train/cartpole-pqn", PqnSignature("cartpole", "squared")},
      {"train/catch-pqn", PqnSignature("catch", "squared")},
      {"train/catch-pqn-hl_gauss", PqnSignature("catch", "hl_gauss")},
      {"train/space_invaders-laptop", TrainerSignature("laptop", true, 4)},
      {"train/space_invaders-pqn", PqnSignature("pqn", "squared")},
  };
}

std::uint64_t CombineSignature(const std::vector<SignaturePart>& parts) {
  Hash hash;
  for (const SignaturePart& part : parts) hash.Add(part.value);
  return hash.value();
}

}  // namespace arcadeq
