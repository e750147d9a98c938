#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay.h"
#include "replay/step.h"

namespace arcadeq {

// A small DQN agent that has observed some random episodes.

inline constexpr FrameFormat kVector{ElementType::kFloat32, 1, 4};
inline constexpr int kActions = 2;
inline constexpr int kBatch = 8;
inline constexpr std::uint64_t kSeed = 4;

inline AgentConfig SmallConfig() {
  AgentConfig config;
  config.network = {.architecture = "mlp", .hidden = 16, .dueling = true};
  config.learning.batch_size = kBatch;
  config.replay.capacity = 200;
  return config;
}

inline AgentConfig Set(AgentConfig config, const std::vector<std::string>& assignments) {
  Settings settings;
  config.Declare(settings);
  for (const std::string& assignment : assignments) settings.SetFromAssignment(assignment, "test");
  return config;
}

// Ten random episodes, of five steps by default.
struct Experience {
  struct Event {
    std::array<float, 4> frame;
    bool begins;
    Step step;
  };
  std::vector<Event> events;

  explicit Experience(std::size_t episode_steps = 5) {
    RandomStream random(3, "experience");
    for (int episode = 0; episode < 10; ++episode) {
      for (std::size_t k = 0; k <= episode_steps; ++k) {
        Event event;
        for (float& value : event.frame) value = static_cast<float>(random.Uniform(-1, 1));
        event.begins = k == 0;
        event.step.action = static_cast<std::int32_t>(k % kActions);
        event.step.reward = static_cast<float>(random.Uniform(-1, 1));
        event.step.end.terminated = k == episode_steps;
        events.push_back(event);
      }
    }
  }

  template <typename Observer>
  void Feed(Observer& observer) const {
    for (const Event& event : events) {
      const std::span frame(reinterpret_cast<const std::uint8_t*>(event.frame.data()), 16);
      if (event.begins) {
        observer.BeginEpisode(0, frame);
      } else {
        observer.Observe(0, event.step, frame);
      }
    }
  }
};

class DqnTest : public ::testing::Test {
 protected:
  std::unique_ptr<Agent> MakeAgent(const AgentConfig& config, std::size_t episode_steps = 5) {
    auto agent = config.algorithm.Make(AgentContext{config, kSeed, kVector, 1, kActions, 1, pool_});
    Experience(episode_steps).Feed(*agent);
    return agent;
  }

  static UpdateStats Update(Agent& agent) {
    agent.BeginUpdate();
    return agent.FinishUpdate();
  }

  // The batches that an agent learns from: those of another replay with the same experience and the
  // same random stream.
  class Batches {
   public:
    explicit Batches(const AgentConfig& config)
        : replay_(kVector, 1, config.replay, config.Rule(), 1),
          random_(kSeed, "replay"),
          batch_(replay_.store().MakeBatch(kBatch)) {
      Experience().Feed(*this);
    }
    void BeginEpisode(int env, std::span<const std::uint8_t> frame) {
      replay_.BeginEpisode(env, frame);
    }
    void Observe(int env, const Step& step, std::span<const std::uint8_t> frame) {
      replay_.Append(env, step, frame);
    }
    const Batch& Next(ThreadPool& pool) {
      replay_.Sample(random_, pool, batch_);
      return batch_;
    }
    void UpdatePriorities(const std::vector<float>& td_errors) {
      replay_.UpdatePriorities(batch_.id, td_errors);
    }

   private:
    Replay replay_;
    RandomStream random_;
    Batch batch_;
  };

  ThreadPool pool_{1};
};

}  // namespace arcadeq
