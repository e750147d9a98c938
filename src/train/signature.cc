#include "train/signature.h"

#include <atomic>
#include <span>
#include <string_view>

#include "agent/learner.h"
#include "base/hash.h"
#include "base/thread_pool.h"
#include "train/preset.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

// Frames, rewards and endings under random actions.
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

// Updates from a replay of random frames: sampling, network, targets, optimiser, target network.
std::uint64_t LearnerSignature(std::string_view preset, const FrameFormat& frame) {
  constexpr int kUpdates = 5, kActions = 6, kFrames = 200, kEpisode = 37;
  const Config config = LoadPreset(preset);
  const int stack = static_cast<int>(config.env.stack);
  const int batch_size = static_cast<int>(config.train.batch_size);
  ThreadPool pool(config.train.ThreadCount());
  RandomStream random(1, "signature/learner");
  const QNetwork network(config.network, frame, stack, kActions);
  Learner learner(config.agent, config.optimizer, network, batch_size, pool, random);

  Replay replay(frame, stack, {.capacity = kFrames}, config.Rule(), 1);
  std::vector<std::uint8_t> pixels(frame.bytes());
  for (int i = 0; i < kFrames; ++i) {
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.Below(256));
    if (frame.element == ElementType::kFloat32) {
      for (auto& value : std::span(reinterpret_cast<float*>(pixels.data()), frame.elements())) {
        value = static_cast<float>(random.Uniform(-1, 1));
      }
    }
    if (i % kEpisode == 0) {
      replay.BeginEpisode(0, pixels);
    } else {
      const StepEnd end{.terminated = (i + 1) % kEpisode == 0};
      const int action = static_cast<int>(random.Below(kActions));
      const auto reward = static_cast<float>(random.Uniform(-1, 1));
      replay.Append(0, {action, reward, end}, pixels);
    }
  }
  Batch batch(batch_size);
  for (int i = 0; i < kUpdates; ++i) {
    replay.Sample(random, pool, batch);
    learner.Update(batch);
  }
  Hash hash;
  for (const auto& parameters : {learner.online(), learner.target()}) {
    for (const auto& tensor : network.Export(parameters)) {
      hash.Add(std::span<const float>(tensor.values));
    }
  }
  return hash.value();
}

// Everything together: a short training run, to its last weights.
std::uint64_t TrainerSignature(std::string_view preset, bool overlap = true, int envs = 1) {
  Config config = LoadPreset(preset);
  config.train.overlap = overlap;
  config.train.envs = envs;
  config.train.steps = 400;
  config.train.learning_starts = 200;
  Trainer trainer(config);
  Hash hash;
  const std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr,
      [&hash](const Event& event) {
        if (const auto* ended = std::get_if<EpisodeEnded>(&event)) hash.Add(ended->raw_return);
      },
      stop);
  hash.Add(trainer.learner().online());
  return hash.value();
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
      {"learner/nature", LearnerSignature("nature", kNature)},
      {"learner/mlp", LearnerSignature("cartpole", kVector)},
      {"train/cartpole", TrainerSignature("cartpole")},
      {"train/catch", TrainerSignature("catch")},
      {"train/catch-sequential", TrainerSignature("catch", false)},
      {"train/catch-4-envs", TrainerSignature("catch", true, 4)},
  };
}

std::uint64_t CombineSignature(const std::vector<SignaturePart>& parts) {
  Hash hash;
  for (const SignaturePart& part : parts) hash.Add(part.value);
  return hash.value();
}

}  // namespace arcadeq
