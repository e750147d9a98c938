#include "record/recorder.h"

#include <condition_variable>
#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/no_more_threads.h"
#include "base/testing/refusal.h"
#include "record/event.h"
#include "record/packed_event.h"
#include "record/sink.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// The calls to a sink; outlives the recorder.
struct Log {
  std::vector<Event> events;
  int flushed_after = -1;  // events handled before the last flush
  std::thread::id handled_by;
  std::thread::id destroyed_by;

  template <typename T>
  std::vector<T> All() const {
    std::vector<T> found;
    for (const Event& event : events) {
      if (const auto* e = std::get_if<T>(&event)) found.push_back(*e);
    }
    return found;
  }
  std::vector<std::string> Warnings() const {
    std::vector<std::string> texts;
    for (const Note& note : All<Note>()) {
      if (note.warning) texts.push_back(note.text);
    }
    return texts;
  }
};

class LoggingSink : public Sink {
 public:
  explicit LoggingSink(Log& log) : log_(log) {}
  ~LoggingSink() override { log_.destroyed_by = std::this_thread::get_id(); }
  void Handle(const Event& event) override {
    log_.events.push_back(event);
    log_.handled_by = std::this_thread::get_id();
  }
  void Flush() override { log_.flushed_after = static_cast<int>(log_.events.size()); }

 private:
  Log& log_;
};

// Blocks its sink until opened.
class Gate {
 public:
  void Open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    opened_.notify_all();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

class GatedSink : public LoggingSink {
 public:
  GatedSink(Log& log, Gate& gate) : LoggingSink(log), gate_(gate) {}
  void Handle(const Event& event) override {
    gate_.Wait();
    LoggingSink::Handle(event);
  }

 private:
  Gate& gate_;
};

// Throws at its n-th event (from 1), or at Flush() if n is 0.
class FailingSink : public Sink {
 public:
  explicit FailingSink(int fail_at) : fail_at_(fail_at) {}
  void Handle(const Event&) override {
    if (++handled_ == fail_at_) throw std::runtime_error("disk full");
  }
  void Flush() override {
    if (fail_at_ == 0) throw std::runtime_error("disk full");
  }

 private:
  const int fail_at_;
  int handled_ = 0;
};

template <typename... Sinks>
std::vector<std::unique_ptr<Sink>> SinksOf(std::unique_ptr<Sinks>... sinks) {
  std::vector<std::unique_ptr<Sink>> all;
  (all.push_back(std::move(sinks)), ...);
  return all;
}

TEST(Recorder, DeliversEveryEventInOrderAndFlushesAtTheEnd) {
  Log first, second;
  {
    Recorder recorder(
        SinksOf(std::make_unique<LoggingSink>(first), std::make_unique<LoggingSink>(second)));
    for (int i = 0; i < 20000; ++i) {
      Progress progress;
      progress.step = i;
      recorder.Emit(progress);
    }
    recorder.Emit(RunEnded{20000, 0, 0, 0, "done"});
  }
  for (const Log* log : {&first, &second}) {
    const auto all = log->All<Progress>();
    ASSERT_EQ(all.size(), 20000u);
    for (int i = 0; i < 20000; ++i) ASSERT_EQ(all[i].step, i);
    EXPECT_TRUE(std::holds_alternative<RunEnded>(log->events.back()));
    EXPECT_EQ(log->flushed_after, 20001);
  }
}

TEST(Recorder, CloseWaitsForEveryEventAndMayBeRepeated) {
  Log log;
  Recorder recorder(SinksOf(std::make_unique<LoggingSink>(log)));
  recorder.Emit(Note{"last", false});
  recorder.Close();
  ASSERT_EQ(log.events.size(), 1u);
  recorder.Close();
  EXPECT_EQ(log.events.size(), 1u);
}

TEST(Recorder, UsesAndDestroysSinksOnItsOwnThread) {
  Log log;
  {
    Recorder recorder(SinksOf(std::make_unique<LoggingSink>(log)));
    recorder.Emit(Note{"text", false});
  }
  EXPECT_NE(log.handled_by, std::this_thread::get_id());
  EXPECT_EQ(log.destroyed_by, log.handled_by);
}

TEST(Recorder, FlushesWhileIdle) {
  class FlushTellingSink : public Sink {
   public:
    explicit FlushTellingSink(Gate& flushed) : flushed_(flushed) {}
    void Handle(const Event&) override {}
    void Flush() override { flushed_.Open(); }

   private:
    Gate& flushed_;
  };
  Gate flushed;
  Recorder recorder(SinksOf(std::make_unique<FlushTellingSink>(flushed)));
  recorder.Emit(Note{"text", false});
  flushed.Wait();  // would hang if only Close() flushed
}

TEST(Recorder, TicksWithoutEvents) {
  class TickingSink : public Sink {
   public:
    explicit TickingSink(Gate& third) : third_(third) {}
    void Handle(const Event&) override {}
    void Tick() override {
      if (++ticks_ == 3) third_.Open();
    }

   private:
    Gate& third_;
    int ticks_ = 0;
  };
  Gate third;
  const Recorder recorder(SinksOf(std::make_unique<TickingSink>(third)));
  third.Wait();  // would hang if only events made it tick
}

TEST(Recorder, DropsOnlyPicturesWhenTheQueueIsFull) {
  Log log;
  Gate gate;
  Recorder recorder(SinksOf(std::make_unique<GatedSink>(log, gate)), 20000);
  constexpr int kPictures = 2000;
  for (int i = 0; i < kPictures; ++i) {
    recorder.Emit(Picture(3));
    recorder.Emit(LearningEpisode(i + 1, 0));
  }
  recorder.Emit(VideoEnded{3});
  gate.Open();
  recorder.Close();

  EXPECT_EQ(log.All<EpisodeEnded>().size(), 2000u);
  const auto pictures = log.All<VideoFrame>();
  EXPECT_GT(pictures.size(), 10u);
  EXPECT_LT(pictures.size(), 200u);
  EXPECT_THAT(log.Warnings(),
              ElementsAre(HasSubstr("episode 3 lacks " + std::to_string(2000 - pictures.size()) +
                                    " of its 2000 pictures")));
}

TEST(Recorder, AddsTheTimeOfDroppedPicturesToTheNext) {
  struct Steps {
    Gate busy, go_on, picture_handled;
  };
  class SteppedSink : public LoggingSink {
   public:
    SteppedSink(Log& log, Steps& steps) : LoggingSink(log), steps_(steps) {}
    void Handle(const Event& event) override {
      steps_.busy.Open();
      steps_.go_on.Wait();
      LoggingSink::Handle(event);
      if (std::holds_alternative<VideoFrame>(event)) steps_.picture_handled.Open();
    }

   private:
    Steps& steps_;
  };
  PackedEvent::Scratch scratch;
  const std::size_t room_for_one = PackedEvent(Picture(1), scratch).bytes() * 3 / 2;
  Log log;
  Steps steps;
  Recorder recorder(SinksOf(std::make_unique<SteppedSink>(log, steps)), room_for_one);
  recorder.Emit(Note{"keeps the sink busy", false});
  steps.busy.Wait();
  for (int i = 0; i < 3; ++i) recorder.Emit(Picture(1));  // the first is kept, two are dropped
  steps.go_on.Open();
  steps.picture_handled.Wait();
  recorder.Emit(Picture(1));
  recorder.Close();

  const auto pictures = log.All<VideoFrame>();
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_DOUBLE_EQ(pictures[0].seconds, 0.05);
  EXPECT_DOUBLE_EQ(pictures[1].seconds, 0.15);
}

TEST(Recorder, HoldsAWholeEpisodeOfPictures) {
  Log log;
  Gate gate;
  Recorder recorder(SinksOf(std::make_unique<GatedSink>(log, gate)));
  VideoFrame picture = Picture(1, 0, 210, 160);
  for (int i = 0; i < 5000; ++i) {
    picture.pixels[static_cast<std::size_t>(i)] = 1;
    recorder.Emit(picture);
  }
  recorder.Emit(VideoEnded{1});
  gate.Open();
  recorder.Close();
  EXPECT_EQ(log.All<VideoFrame>().size(), 5000u);
  EXPECT_TRUE(log.Warnings().empty());
}

TEST(Recorder, DoesNotReportDroppedPicturesThatWereOnlyShown) {
  Log log;
  Gate gate;
  Recorder recorder(SinksOf(std::make_unique<GatedSink>(log, gate)), 1);
  VideoFrame picture = Picture(1);
  picture.filmed = false;
  recorder.Emit(picture);
  recorder.Emit(VideoEnded{1});
  gate.Open();
  recorder.Close();
  EXPECT_TRUE(log.All<VideoFrame>().empty());
  EXPECT_TRUE(log.Warnings().empty());
}

TEST(Recorder, DropsASinkThatThrowsAndNotifiesTheOthersOnce) {
  Log log;
  Recorder recorder(SinksOf(std::make_unique<FailingSink>(2), std::make_unique<LoggingSink>(log)));
  for (int i = 1; i <= 5; ++i) recorder.Emit(LearningEpisode(i, 0));
  recorder.Close();
  EXPECT_EQ(log.All<EpisodeEnded>().size(), 5u);
  EXPECT_THAT(log.Warnings(), ElementsAre(HasSubstr("disk full")));
  EXPECT_TRUE(std::holds_alternative<Note>(log.events[2])) << "right after the event that failed";
}

TEST(Recorder, ReportsASinkThatThrowsAtTheLastFlush) {
  Log log;
  Recorder recorder(SinksOf(std::make_unique<FailingSink>(0), std::make_unique<LoggingSink>(log)));
  recorder.Close();
  EXPECT_THAT(log.Warnings(), ElementsAre(HasSubstr("disk full")));
  EXPECT_EQ(log.flushed_after, 1) << "the note must reach the file, too";
}

// Its state is the number of events handled at the last Sync().
class CountingSink : public Sink {
 public:
  explicit CountingSink(std::string name, int fail_at = 0)
      : name_(std::move(name)), fail_at_(fail_at) {}
  void Handle(const Event&) override {
    if (++handled_ == fail_at_) throw std::runtime_error("disk full");
  }
  void Sync() override { synced_ = handled_; }
  void Save(SinkStates& states) const override { states[name_] = std::to_string(synced_); }

 private:
  const std::string name_;
  const int fail_at_;
  int handled_ = 0;
  int synced_ = 0;
};

TEST(Recorder, SavesAfterEverythingEmittedSoFar) {
  Log log;
  Gate gate;
  Recorder recorder(
      SinksOf(std::make_unique<CountingSink>("counting"), std::make_unique<GatedSink>(log, gate)));
  for (int i = 1; i <= 5; ++i) recorder.Emit(LearningEpisode(i, 0));
  std::future<SinkStates> five = recorder.Save();
  recorder.Emit(LearningEpisode(6, 0));
  std::future<SinkStates> six = recorder.Save();
  gate.Open();
  EXPECT_THAT(five.get(), ElementsAre(Pair("counting", "5")));
  EXPECT_THAT(six.get(), ElementsAre(Pair("counting", "6")));
}

TEST(Recorder, SavesTheStateOfAFailedSink) {
  Recorder recorder(
      SinksOf(std::make_unique<CountingSink>("good"), std::make_unique<CountingSink>("fails", 4)));
  for (int i = 1; i <= 3; ++i) recorder.Emit(LearningEpisode(i, 0));
  EXPECT_THAT(recorder.Save().get(), ElementsAre(Pair("fails", "3"), Pair("good", "3")));
  for (int i = 4; i <= 6; ++i) recorder.Emit(LearningEpisode(i, 0));
  // The other one has also handled the note about the failure.
  EXPECT_THAT(recorder.Save().get(), ElementsAre(Pair("fails", "3"), Pair("good", "7")));
}

TEST(Recorder, SavesNothingAfterClose) {
  Recorder recorder(SinksOf(std::make_unique<CountingSink>("counting")));
  recorder.Close();
  EXPECT_THAT(recorder.Save().get(), IsEmpty());
}

TEST(Recorder, ReportsThatItCannotStartAThread) {
  const NoMoreThreads no_more_threads;
  EXPECT_THAT(RefusalOf([] { const Recorder recorder({}); }), HasSubstr("cannot start a thread"));
}

}  // namespace
}  // namespace arcadeq
