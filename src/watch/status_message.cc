#include "watch/status_message.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "record/console/score_history.h"
#include "record/event.h"

namespace arcadeq {
namespace {

using Json = nlohmann::json;

Json Number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json Number(const std::optional<double>& value) {
  return value ? Number(*value) : Json();
}

// Scores need no more digits than a curve shows.
Json Curve(const ScoreHistory& scores) {
  Json points = Json::array();
  for (const double score : scores.points()) {
    points.push_back(Number(std::round(score * 1000) / 1000));
  }
  return points;
}

Json Named(const std::vector<NamedValue>& values) {
  Json named = Json::array();
  for (const auto& [name, value] : values) named.push_back({name, Number(value)});
  return named;
}

}  // namespace

std::string StatusMessage(const LiveStatus& live) {
  const RunBegan& began = live.status.began();
  const Progress& progress = live.status.progress();
  const Json message = {
      {"game", began.game},
      {"step", progress.step},
      {"target_steps", began.target_steps},
      {"frame", progress.frame},
      {"target_frames", began.target_frames},
      {"episode", live.status.episodes()},
      {"target_episodes", began.target_episodes},
      {"seconds", Number(progress.wall_seconds)},
      {"seconds_left", progress.learning ? Number(live.status.SecondsLeft()) : Json()},
      {"paused", live.paused},
      {"ended", live.ended.empty() ? Json() : Json(live.ended)},
      {"learning", progress.learning},
      {"score", Number(live.status.MeanReturn())},
      {"score_episodes", live.status.last_episodes()},
      {"random_score",
       Number(std::isnan(began.random_score) ? progress.random_return : began.random_score)},
      {"human_score", Number(began.human_score)},
      {"curve", Curve(live.scores)},
      {"steps_per_point", live.scores.steps_per_point()},
      {"epsilon", Number(progress.epsilon)},
      {"loss", Number(progress.loss)},
      {"mean_q", Number(progress.mean_q)},
      {"steps_per_second", Number(progress.steps_per_second)},
      {"time_shares", Named(progress.time_shares)},
      {"resident_bytes", progress.resident_bytes},
      {"replay_frames", progress.replay_frames},
      {"replay_capacity", began.replay_capacity},
      {"dead_units", Named(live.status.dead_units())},
      {"too_many_dead", kTooManyDead},
      {"notes", live.notes},
  };
  return JsonText(message);
}

}  // namespace arcadeq
