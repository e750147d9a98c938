#include "record/metrics.h"

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "record/event.h"

namespace arcadeq {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double MeanLoss(const EpisodeEnded& e) {
  return e.learning ? e.mean_loss : kNone;
}

constexpr Metric kMetrics[] = {
    {"reward", Axis::kEpisode, "the game's score of each episode, as in the article",
     [](const EpisodeEnded& e) { return e.raw_return; }},
    {"avg loss", Axis::kEpisode, "mean loss of the updates during each episode, as in the article",
     MeanLoss},
    {"episode/raw_return", Axis::kStep, "the game's score: the sum of the game's own rewards",
     [](const EpisodeEnded& e) { return e.raw_return; }},
    {"episode/return", Axis::kStep,
     "the sum of the rewards learnt from; differs from raw_return if env.reward_transform or "
     "env.reward_scale changes them",
     [](const EpisodeEnded& e) { return e.return_; }},
    {"episode/length_steps", Axis::kStep, "decisions in the episode",
     [](const EpisodeEnded& e) { return static_cast<double>(e.length_steps); }},
    {"episode/random_return", Axis::kStep,
     "mean raw_return of the episodes played entirely at random at the run's start, for comparison",
     [](const Progress& p) { return p.random_return; }},
    {"learn/loss", Axis::kStep, "mean loss of the updates since the last point",
     [](const Progress& p) { return p.loss; }},
    {"learn/mean_q", Axis::kStep,
     "mean of Q(s, a) over the batch for the actions taken; levels off when learning goes well",
     [](const Progress& p) { return p.mean_q; }},
    {"learn/max_q", Axis::kStep,
     "mean of max_a Q(s, a) over the batch; unbounded growth means that learning diverges",
     [](const Progress& p) { return p.max_q; }},
    {"learn/td_error", Axis::kStep, "mean absolute TD error of the batch",
     [](const Progress& p) { return p.td_error; }},
    {"learn/gradient_norm", Axis::kStep, "L2 norm of the gradient before clipping",
     [](const Progress& p) { return p.gradient_norm; }},
    {"network/dead_units/*", Axis::kStep,
     "per hidden layer: share of units (filters of a convolution) that are 0 for every state of a "
     "batch and so learn nothing from it",
     [](const Diagnosis& d) -> std::span<const NamedValue> { return d.dead_units; }},
    {"network/effective_rank", Axis::kStep,
     "number of singular values of the last hidden layer's activations that hold 99 % of their "
     "sum; falls when the network tells fewer states apart",
     [](const Diagnosis& d) { return static_cast<double>(d.effective_rank); }},
    {"policy/epsilon", Axis::kStep, "probability of a random action",
     [](const Progress& p) { return p.epsilon; }},
    {"policy/action_share/*", Axis::kStep,
     "per action: its share of the actions taken since the last point, random ones included",
     [](const Progress& p) -> std::span<const NamedValue> { return p.action_shares; }},
    {"speed/steps_per_second", Axis::kStep, "decisions per second, all work included",
     [](const Progress& p) { return p.steps_per_second; }},
    {"speed/update_milliseconds", Axis::kStep,
     "time of one update (by PQN: of all epochs over a rollout), excluding its wait for the "
     "policies",
     [](const Progress& p) { return p.update_milliseconds; }},
    {"speed/time_share/*", Axis::kStep,
     "per phase: its share of the time; acting (the policies' network) and environment count only "
     "while the thread that learns plays or waits for those who do; other is all that is not "
     "measured",
     [](const Progress& p) -> std::span<const NamedValue> { return p.time_shares; }},
    {"replay/frames", Axis::kStep, "frames in the replay memory",
     [](const Progress& p) { return static_cast<double>(p.replay_frames); }},
    {"memory/resident_bytes", Axis::kStep, "resident memory of the program",
     [](const Progress& p) { return static_cast<double>(p.resident_bytes); }},
    {"evaluation/score", Axis::kStep,
     "mean raw score of the games of an evaluation during training",
     [](const Evaluated& e) { return e.mean; }},
};

std::string NumberText(double value) {
  return std::isnan(value) ? "" : fmt::format("{}", value);
}

constexpr EpisodeColumn kEpisodeColumns[] = {
    {"episode", "number of the episode, from 1, in the order in which episodes end",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.episode); }},
    {"env", "number of the environment, from 0",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.env); }},
    {"step", "decisions since the run began, at the episode's end",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.step); }},
    {"frame", "frames of the emulator since the run began",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.frame); }},
    {"length_steps", "decisions in the episode",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.length_steps); }},
    {"length_frames", "frames of the emulator in the episode",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.length_frames); }},
    {"raw_return", "the game's score",
     [](const EpisodeEnded& e) { return NumberText(e.raw_return); }},
    {"return", "the sum of the rewards that the agent learns from",
     [](const EpisodeEnded& e) { return NumberText(e.return_); }},
    {"truncated", "true if a limit of arcadeq ended the episode, false if the game did",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.truncated); }},
    {"learning", "false before the first update",
     [](const EpisodeEnded& e) { return fmt::format("{}", e.learning); }},
    {"mean_loss", "mean loss of the updates during the episode; empty if there were none",
     [](const EpisodeEnded& e) { return NumberText(MeanLoss(e)); }},
    {"epsilon", "probability of a random action, at the episode's end",
     [](const EpisodeEnded& e) { return NumberText(e.epsilon); }},
    {"wall_seconds", "seconds since the run began",
     [](const EpisodeEnded& e) { return fmt::format("{:.3f}", e.wall_seconds); }},
};

}  // namespace

std::span<const Metric> Metrics() {
  return kMetrics;
}

std::string TagOf(const Metric& metric, std::string_view name) {
  std::string tag(metric.tag);
  return tag.replace(tag.find('*'), 1, name);
}

std::span<const EpisodeColumn> EpisodeColumns() {
  return kEpisodeColumns;
}

}  // namespace arcadeq
