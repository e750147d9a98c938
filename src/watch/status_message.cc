#include "watch/status_message.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "record/console/score_history.h"
#include "record/event.h"
#include "record/run_status.h"

namespace arcadeq {
namespace {

using Json = nlohmann::json;

Json Number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json Number(const std::optional<double>& value) {
  return value ? Number(*value) : Json();
}

Json Limit(const std::optional<LimitProgress>& limit) {
  if (!limit) return {};
  return {{"done", limit->done},
          {"target", limit->target},
          {"unit", limit->unit},
          {"share", limit->share}};
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
      {"episode", live.status.episodes()},
      {"limit", Limit(live.status.NearestLimit())},
      {"seconds", Number(progress.wall_seconds)},
      {"seconds_left", Number(live.status.SecondsLeft())},
      {"paused", live.paused},
      {"ended", live.ended.empty() ? Json() : Json(live.ended)},
      {"learning", progress.learning},
      {"score", Number(live.status.MeanReturn())},
      {"score_episodes", live.status.last_episodes()},
      {"random_score", Number(live.status.RandomScore())},
      {"human_score", Number(began.human_score)},
      {"curve", Curve(live.scores)},
      {"steps_per_point", live.scores.steps_per_point()},
      {"epsilon", Number(progress.epsilon)},
      {"loss", Number(progress.loss)},
      {"mean_q", Number(progress.mean_q)},
      {"steps_per_second", Number(progress.steps_per_second)},
      {"frames_per_second", Number(live.status.FramesPerSecond())},
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
