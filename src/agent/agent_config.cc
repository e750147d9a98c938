#include "agent/agent_config.h"

#include <memory>

#include "base/choice.h"
#include "base/frame.h"
#include "base/settings.h"
#include "nn/network.h"

namespace arcadeq {

ARCADEQ_DECLARE_KINDS(AgentMaker, ARCADEQ_AGENTS)

Choice<AgentMaker> AgentChoice() {
  return {ARCADEQ_LIST_KINDS(AgentMaker, ARCADEQ_AGENTS), "dqn"};
}

void LearningConfig::Declare(Settings& settings) {
  settings.Add("train.learning_starts", &starts, 0, 1'000'000'000'000,
               "Number of initial steps of random actions, without learning");
  // A window's steps are buffered until they are stored, 16.8 kB each: 69 MB at most.
  settings.Add("train.update_period", &update_period, 1, 4096, "Number of steps between updates");
  settings.Add("train.batch_size", &batch_size, 1, kLargestBatch,
               "Number of transitions in a batch");
}

std::unique_ptr<Network> AgentConfig::MakeQNetwork(const FrameFormat& frame, int stack,
                                                   int actions) const {
  return MakeNetwork(network, {frame, stack, actions, loss.Make()->atoms()});
}

void AgentConfig::Declare(Settings& settings) {
  algorithm.Declare(settings, "agent.algorithm", "Learning algorithm");
  settings.Add("agent.gamma", &gamma, 0, 1, "Discount factor per step");
  settings.Add("agent.value_rescaling", &value_rescaling,
               "Whether values are learnt as h(x) = sign(x) (sqrt(|x| + 1) - 1) + 0.001 x of the "
               "returns x, so that large rewards need no other transform");
  settings.Add("agent.terminal_on_life_loss", &terminal_on_life_loss,
               "Whether a lost life ends the return (the game continues)");
  loss.Declare(settings, "agent.loss", "Loss function");
  replay.Declare(settings);
  network.Declare(settings);
  optimizer.Declare(settings);
  policy.Declare(settings);
}

void AgentConfig::Check() const {
  algorithm.Check();
  loss.Check();
  replay.sampler.Check();
  network.Check();
}

}  // namespace arcadeq
