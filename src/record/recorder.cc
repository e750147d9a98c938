#include "record/recorder.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/start_thread.h"
#include "record/event.h"
#include "record/packed_event.h"
#include "record/sink.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kFlushPeriod{2};
constexpr std::chrono::milliseconds kTickPeriod{100};

}  // namespace

struct Recorder::Impl {
  Impl(std::vector<std::unique_ptr<Sink>> sinks_in, std::size_t capacity_in)
      : capacity(capacity_in), sinks(std::move(sinks_in)) {
    thread = StartThread("the run's output", [this] { Work(); });
  }

  void Emit(Event event);
  bool HasRoomFor(const PackedEvent& picture);
  void Enqueue(PackedEvent event);
  std::future<SinkStates> Save();
  void ReportLostPictures(const std::string& of_episode);
  std::string UnfinishedEpisode() const;

  void Work();
  void Deliver(const Event& event);
  void Tick();
  void Flush();
  SinkStates SaveSinks();
  template <typename Function>
  bool ForEachSink(Function function);

  // Used by the emitting thread.
  PackedEvent::Scratch scratch;
  struct {
    std::int64_t first_step = 0;
    std::int64_t pictures = 0;
    std::int64_t lost = 0;
    double lost_seconds = 0;  // not yet added to a later picture
  } film;

  // Shared.
  const std::size_t capacity;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::variant<PackedEvent, std::promise<SinkStates>>> queue;
  std::size_t queued_bytes = 0;
  bool closed = false;

  // Used by the recorder's thread.
  std::vector<std::unique_ptr<Sink>> sinks;
  SinkStates failed_states;  // of the failed sinks
  std::thread thread;
};

Recorder::Recorder(std::vector<std::unique_ptr<Sink>> sinks, std::size_t queue_bytes)
    : impl_(std::make_unique<Impl>(std::move(sinks), queue_bytes)) {}

Recorder::~Recorder() {
  Close();
}

void Recorder::Emit(Event event) {
  impl_->Emit(std::move(event));
}

std::future<SinkStates> Recorder::Save() {
  return impl_->Save();
}

void Recorder::Close() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->closed = true;
  }
  impl_->changed.notify_one();
  impl_->thread.join();
}

void Recorder::Impl::Emit(Event event) {
  auto* picture = std::get_if<VideoFrame>(&event);
  if (picture == nullptr) {
    if (const auto* ended = std::get_if<VideoEnded>(&event)) {
      ReportLostPictures(fmt::format("episode {}", ended->episode));
    } else if (std::holds_alternative<RunEnded>(event)) {
      ReportLostPictures(UnfinishedEpisode());
    }
    Enqueue(PackedEvent(std::move(event), scratch));
    return;
  }

  const bool filmed = picture->filmed;
  if (filmed) {
    if (picture->first_step != film.first_step) {
      ReportLostPictures(UnfinishedEpisode());
      film.first_step = picture->first_step;
    }
    ++film.pictures;
  }
  const double seconds = picture->seconds;
  if (filmed) picture->seconds += film.lost_seconds;
  PackedEvent packed(std::move(event), scratch);
  if (HasRoomFor(packed)) {
    Enqueue(std::move(packed));
    if (filmed) film.lost_seconds = 0;
  } else if (filmed) {
    ++film.lost;
    film.lost_seconds += seconds;
  }
}

bool Recorder::Impl::HasRoomFor(const PackedEvent& picture) {
  const std::lock_guard lock(mutex);
  return queued_bytes + picture.bytes() <= capacity;
}

void Recorder::Impl::Enqueue(PackedEvent event) {
  {
    const std::lock_guard lock(mutex);
    if (closed) return;
    queued_bytes += event.bytes();
    queue.push_back(std::move(event));
  }
  changed.notify_one();
}

std::future<SinkStates> Recorder::Impl::Save() {
  std::promise<SinkStates> promise;
  std::future<SinkStates> states = promise.get_future();
  {
    const std::lock_guard lock(mutex);
    if (!closed) {
      queue.emplace_back(std::move(promise));
    } else {
      promise.set_value({});
    }
  }
  changed.notify_one();
  return states;
}

std::string Recorder::Impl::UnfinishedEpisode() const {
  return fmt::format("the episode from step {}", film.first_step);
}

void Recorder::Impl::ReportLostPictures(const std::string& of_episode) {
  if (film.lost > 0) {
    Enqueue(PackedEvent(Note{fmt::format("the video of {} lacks {} of its {} pictures: they "
                                         "came faster than they could be written",
                                         of_episode, film.lost, film.pictures),
                             true},
                        scratch));
  }
  film = {};
}

void Recorder::Impl::Work() {
  Clock::time_point next_flush = Clock::now() + kFlushPeriod;
  Clock::time_point next_tick = Clock::now() + kTickPeriod;
  bool flushed = true;
  std::unique_lock lock(mutex);
  while (!closed || !queue.empty()) {
    if (!queue.empty()) {
      auto next = std::move(queue.front());
      queue.pop_front();
      auto* event = std::get_if<PackedEvent>(&next);
      if (event != nullptr) queued_bytes -= event->bytes();
      lock.unlock();
      if (event != nullptr) {
        Deliver(std::move(*event).Unpack());
      } else {
        std::get<std::promise<SinkStates>>(next).set_value(SaveSinks());
      }
      flushed = false;
      lock.lock();
    }
    if (!flushed && Clock::now() >= next_flush) {
      lock.unlock();
      Flush();
      flushed = true;
      next_flush = Clock::now() + kFlushPeriod;
      lock.lock();
    }
    if (Clock::now() >= next_tick) {
      lock.unlock();
      Tick();
      next_tick = Clock::now() + kTickPeriod;
      lock.lock();
    }
    changed.wait_until(lock, next_tick, [this] { return closed || !queue.empty(); });
  }
  lock.unlock();
  Flush();
  sinks.clear();
}

void Recorder::Impl::Deliver(const Event& event) {
  ForEachSink([&event](Sink& sink) { sink.Handle(event); });
}

void Recorder::Impl::Tick() {
  ForEachSink([](Sink& sink) { sink.Tick(); });
}

// Repeats if a sink failed, since the others then receive a note.
void Recorder::Impl::Flush() {
  while (!ForEachSink([](Sink& sink) { sink.Flush(); })) continue;
}

SinkStates Recorder::Impl::SaveSinks() {
  while (!ForEachSink([](Sink& sink) { sink.Sync(); })) continue;
  SinkStates states = failed_states;
  for (const auto& sink : sinks) sink->Save(states);
  return states;
}

// Calls function(sink) for each sink. Drops those that throw and notifies the others. Returns
// whether none threw.
template <typename Function>
bool Recorder::Impl::ForEachSink(Function function) {
  std::vector<Note> failures;
  std::erase_if(sinks, [&](const std::unique_ptr<Sink>& sink) {
    try {
      function(*sink);
      return false;
    } catch (const std::exception& error) {
      failures.push_back(
          {fmt::format("{}; the run continues without this output", error.what()), true});
      sink->Save(failed_states);
      return true;
    }
  });
  for (const Note& failure : failures) Deliver(failure);
  return failures.empty();
}

}  // namespace arcadeq
