#pragma once

#include <memory>
#include <utility>

#include "agent/agent.h"
#include "agent/insight.h"
#include "base/thread_pool.h"
#include "evaluate/env_moment.h"
#include "evaluate/stacked_env.h"
#include "loss/loss.h"
#include "picture/moment.h"

namespace arcadeq {

// Tells what an agent in training thinks of its games. Only reads the agent, so it may do so
// whenever the agent's policies may act.
class Onlooker {
 public:
  // `agent` must outlive the onlooker.
  Onlooker(const Agent& agent, std::unique_ptr<Loss> loss)
      : agent_(agent), loss_(std::move(loss)), reader_(agent.network(), *loss_) {}

  Moment Describe(const StackedEnv& env, ThreadPool& pool) {
    return MakeMoment(env, reader_.Read(agent_.parameters(), env.observation(), pool));
  }

 private:
  const Agent& agent_;
  const std::unique_ptr<Loss> loss_;
  InsightReader reader_;
};

}  // namespace arcadeq
