#include "watch/watch_sink.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "record/event.h"
#include "record/sink.h"
#include "watch/bulletin.h"
#include "watch/png.h"
#include "watch/status_message.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStatusPeriod{500};
constexpr std::size_t kMaxNotes = 20;

constexpr const char* kName = "watch";
constexpr const char* kScoresName = "watch_scores";

// How many pictures are made: as many a second as the page can show, on average. A window of many
// steps brings many at once.
class PictureBudget {
 public:
  bool Take() {
    const Clock::time_point now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    pictures_ = std::min(pictures_ + kPicturesPerSecond * seconds, kMaxPictures);
    if (pictures_ < 1) return false;
    --pictures_;
    return true;
  }

 private:
  static constexpr double kPicturesPerSecond = 60, kMaxPictures = Bulletin::kMaxPictures;
  double pictures_ = kMaxPictures;
  Clock::time_point last_ = Clock::now();
};

class WatchSink : public Sink {
 public:
  WatchSink(Bulletin& bulletin, const SinkStates& states) : bulletin_(bulletin) {
    if (const auto saved = states.find(kName); saved != states.end()) {
      live_.status.Restore(saved->second);
    }
    if (const auto saved = states.find(kScoresName); saved != states.end()) {
      live_.scores.Restore(saved->second);
    }
  }

  // Readers learn of the end even if the run was aborted.
  ~WatchSink() override {
    if (live_.ended.empty()) live_.ended = "aborted";
    Post();
    bulletin_.Close();
  }

  void Handle(const Event& event) override {
    if (const auto* picture = std::get_if<VideoFrame>(&event)) return Show(*picture);
    std::visit([this](const auto& e) { On(e); }, event);
    changed_ = true;
  }

  void Tick() override {
    if (!changed_ || !bulletin_.spectator().watches || Clock::now() < next_post_) return;
    next_post_ = Clock::now() + kStatusPeriod;
    Post();
  }

  void Save(SinkStates& states) const override {
    states[kName] = live_.status.Save();
    states[kScoresName] = live_.scores.Save();
  }

 private:
  void Post() {
    changed_ = false;
    bulletin_.SetStatus(StatusMessage(live_));
  }

  void Show(const VideoFrame& picture) {
    if (!bulletin_.spectator().watches) return;
    if (std::exchange(episode_, picture.first_step) != picture.first_step) skipped_seconds_ = 0;
    skipped_seconds_ += picture.seconds;
    if (!budget_.Take()) return;
    bulletin_.AddPicture(EncodePng(picture), std::exchange(skipped_seconds_, 0));
  }

  void On(const RunBegan& began) { live_.status.Update(began); }
  void On(const EpisodeEnded& ended) {
    live_.status.Update(ended);
    if (const auto mean = live_.status.MeanReturn()) live_.scores.Add(ended.step, *mean);
  }
  void On(const Progress& progress) { live_.status.Update(progress); }
  void On(const Evaluated&) {}
  void On(const Diagnosis& diagnosis) { live_.status.Update(diagnosis); }
  void On(const VideoFrame&) {}
  void On(const VideoEnded&) {}
  void On(const PauseChanged& changed) { live_.paused = changed.paused; }
  void On(const Note& note) {
    live_.notes.push_back(note.warning ? "Warning: " + note.text : note.text);
    if (live_.notes.size() > kMaxNotes) live_.notes.pop_front();
  }
  void On(const RunEnded& ended) {
    live_.status.Update(ended);
    live_.paused = false;
    live_.ended = ended.reason;
  }

  Bulletin& bulletin_;
  LiveStatus live_;
  bool changed_ = true;
  Clock::time_point next_post_{};
  PictureBudget budget_;
  std::int64_t episode_ = 0;    // the first step of the one shown
  double skipped_seconds_ = 0;  // of the pictures since the last one that was made, and its own
};

}  // namespace

std::unique_ptr<Sink> MakeWatchSink(Bulletin& bulletin, const SinkStates& states) {
  return std::make_unique<WatchSink>(bulletin, states);
}

}  // namespace arcadeq
