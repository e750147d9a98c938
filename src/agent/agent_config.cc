#include "agent/agent_config.h"

#include "agent/agent.h"

namespace arcadeq {

ARCADEQ_DECLARE_KINDS(AgentMaker, ARCADEQ_AGENTS)

Choice<AgentMaker> AgentChoice() {
  return {ARCADEQ_LIST_KINDS(AgentMaker, ARCADEQ_AGENTS), "dqn"};
}

void LearningConfig::Declare(Settings& settings) {
  settings.Add("train.learning_starts", &starts, 0, 1'000'000'000'000,
               "Steps at the start without learning, every action random");
  // The steps of a window are kept until they are stored, 16.8 kB each: 69 MB at most.
  settings.Add("train.update_period", &update_period, 1, 4096, "Steps between two updates");
  settings.Add("train.batch_size", &batch_size, 1, 4096, "Transitions learnt from in an update");
}

void AgentConfig::Declare(Settings& settings) {
  algorithm.Declare(settings, "agent.algorithm", "What learns, and how");
  settings.Add("agent.gamma", &gamma, 0, 1, "Discount of the return for each step");
  settings.Add("agent.terminal_on_life_loss", &terminal_on_life_loss,
               "A lost life ends the return (not the game)");
  loss.Declare(settings, "agent.loss", "How far a value is from its target");
  replay.Declare(settings);
  network.Declare(settings);
  optimizer.Declare(settings);
  policy.Declare(settings);
}

}  // namespace arcadeq
