#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/testing/agent_copy.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "replay/frame_stack.h"
#include "replay/step.h"

namespace arcadeq {

// Random episodes in kEnvs environments, played in windows by an agent's own policies.
class Play {
 public:
  static constexpr FrameFormat kFrame{ElementType::kFloat32, 1, 4};
  static constexpr int kActions = 3;
  static constexpr int kEnvs = 3;

  // Divides the environments among `policies` policies.
  Play(const AgentConfig& config, ThreadPool& pool, int policies = 1,
       std::int64_t schedule_steps = 0)
      : pool_(pool),
        agent_(config.algorithm.Make(
            AgentContext{config, 4, kFrame, 1, kActions, kEnvs, pool, schedule_steps})) {
    for (int i = 0; i < policies; ++i) {
      const int first = kEnvs * i / policies;
      policies_.push_back(agent_->MakePolicy(first, kEnvs * (i + 1) / policies - first));
    }
    for (int env = 0; env < kEnvs; ++env) stacks_.emplace_back(kFrame, 1);
  }

  struct Played {
    std::array<float, 4> s_tm1, s_t;
    Step step;
  };

  // Plays a window that the agent observes but does not learn from yet. Returns it by sample.
  std::vector<Played> Window() {
    std::vector<Played> window;
    for (int t = 0; t < agent_->RoundsPerUpdate(); ++t) {
      std::vector<StackView> observations;
      std::vector<std::int64_t> numbers;
      for (int env = 0; env < kEnvs; ++env) {
        if (!playing_[env]) Begin(env);
        observations.push_back(stacks_[env].View());
        numbers.push_back(step_ + env);
      }
      std::vector<std::int32_t> actions(kEnvs);
      for (std::size_t i = 0; i < policies_.size(); ++i) {
        const std::size_t first = kEnvs * i / policies_.size();
        const std::size_t count = kEnvs * (i + 1) / policies_.size() - first;
        policies_[i]->Act(std::span(observations).subspan(first, count),
                          std::span(numbers).subspan(first, count), pool_,
                          std::span(actions).subspan(first, count));
      }
      for (int env = 0; env < kEnvs; ++env) window.push_back(Advance(env, actions[env]));
      step_ += kEnvs;
    }
    return window;
  }

  UpdateStats Update() {
    agent_->BeginUpdate();
    return agent_->FinishUpdate();
  }

  Agent& agent() { return *agent_; }

  // Makes this a copy of `other`, agent included, which continues as `other` does.
  void TakeOver(Play& other) {
    AgentCopy(*other.agent_).PutInto(*agent_);
    random_ = other.random_;
    step_ = other.step_;
    playing_ = other.playing_;
    for (int env = 0; env < kEnvs; ++env) {
      StateWriter writer;
      other.policies_.front()->VisitState(env, writer);
      StateReader reader(writer.bytes(), "copy");
      policies_.front()->VisitState(env, reader);
      agent_->ReadNewestStack(env, stacks_[env]);
    }
  }

 private:
  using Floats = std::array<float, 4>;
  static std::span<const std::uint8_t> Bytes(const Floats& frame) {
    return {reinterpret_cast<const std::uint8_t*>(frame.data()), sizeof(frame)};
  }
  Floats Draw() {
    Floats frame;
    for (float& value : frame) value = static_cast<float>(random_.Uniform(-1, 1));
    return frame;
  }
  static Floats Read(const StackView& view) {
    Floats frame;
    std::copy_n(view.frames[0], sizeof(frame), reinterpret_cast<std::uint8_t*>(frame.data()));
    return frame;
  }
  void Begin(int env) {
    const Floats frame = Draw();
    stacks_[env].Begin(Bytes(frame));
    agent_->BeginEpisode(env, Bytes(frame));
    playing_[env] = true;
  }
  Played Advance(int env, int action) {
    Played played{Read(stacks_[env].View()), Draw(), {action}};
    played.step.reward = static_cast<float>(random_.Uniform(-1, 1));
    StepEnd& end = played.step.end;
    switch (random_.Below(8)) {
      case 0:
        end.terminated = true;
        break;
      case 1:
        end.truncated = true;
        break;
      case 2:
        end.life_lost = true;
        break;
      default:
        break;
    }
    playing_[env] = !end.done();
    stacks_[env].Push(Bytes(played.s_t));
    agent_->Observe(env, played.step, Bytes(played.s_t));
    return played;
  }

  ThreadPool& pool_;
  std::unique_ptr<Agent> agent_;
  std::vector<std::unique_ptr<Policy>> policies_;
  std::vector<FrameStack> stacks_;
  std::array<bool, kEnvs> playing_{};
  RandomStream random_{3, "experience"};
  std::int64_t step_ = 0;
};

}  // namespace arcadeq
