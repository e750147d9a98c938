#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/testing/temporary_directory.h"
#include "record/event.h"
#include "record/metrics.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

const std::string kPython = ARCADEQ_SOURCE_DIR "/build/deps/python/bin/python";

// The folder's scalars as read by the real TensorBoard (tests/read_events.py).
nlohmann::json ReadByTensorBoard(const std::filesystem::path& directory) {
  const std::string command = fmt::format("'{}' '{}/tests/read_events.py' '{}'", kPython,
                                          ARCADEQ_SOURCE_DIR, directory.string());
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string output;
  std::array<char, 4096> chunk;
  while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    output.append(chunk.data(), n);
  }
  EXPECT_EQ(pclose(pipe), 0) << "needs " << kPython
                             << " with the packages of tools/python-requirements.txt";
  return nlohmann::json::parse(output, nullptr, false);
}

struct Point {
  std::int64_t step;
  float value;
  bool operator==(const Point&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Point& p) {
    return out << p.step << ": " << p.value;
  }
};

std::map<std::string, std::vector<Point>> Points(const nlohmann::json& scalars) {
  std::map<std::string, std::vector<Point>> points;
  for (const auto& [tag, scalar] : scalars.items()) {
    for (const auto& point : scalar["points"]) points[tag].push_back({point[0], point[1]});
  }
  return points;
}

Progress LearningProgress(std::int64_t step) {
  Progress progress;
  progress.step = step;
  progress.frame = 3 * step;
  progress.epsilon = 0.9f;
  progress.steps_per_second = 61.5;
  progress.replay_frames = step + 7;
  progress.learning = true;
  progress.loss = 0.25;
  progress.mean_q = 1.5;
  progress.max_q = 2.5;
  progress.td_error = 0.125;
  progress.gradient_norm = 9.5;
  progress.update_milliseconds = 14.5;
  progress.random_return = 147.5;
  progress.action_shares = {{"NOOP", 0.75}, {"RIGHT", 0.25}};
  return progress;
}

Progress PreTrainingProgress(std::int64_t step) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  Progress progress;
  progress.step = step;
  progress.epsilon = 1;
  progress.steps_per_second = 4000;
  progress.replay_frames = step;
  progress.loss = progress.mean_q = progress.max_q = progress.td_error = kNone;
  progress.gradient_norm = progress.update_milliseconds = progress.random_return = kNone;
  progress.action_shares = {{"NOOP", 0.5}, {"RIGHT", 0.5}};
  return progress;
}

TEST(TensorBoard, IsReadByTheRealTensorBoard) {
  const TemporaryDirectory directory;
  const auto before = std::chrono::system_clock::now();
  {
    const auto sink = MakeTensorBoardSink(directory.path());
    EpisodeEnded pre_training = LearningEpisode(1, 0);
    pre_training.learning = false;
    sink->Handle(PreTrainingProgress(50));
    sink->Handle(pre_training);
    sink->Handle(Diagnosis{120, {{"conv1", 0.125}, {"hidden", 0.5}}, 7});
    sink->Handle(LearningProgress(150));
    sink->Handle(LearningEpisode(2, 155));
    sink->Handle(Diagnosis{240, {{"conv1", 0.25}, {"hidden", 1}}, 0});
    sink->Handle(LearningProgress(250));
    sink->Handle(Evaluated{.step = 260, .games = 30, .mean = 412.5});
    EpisodeEnded without_updates = LearningEpisode(3, 20);
    without_updates.mean_loss = std::numeric_limits<double>::quiet_NaN();
    sink->Handle(without_updates);
    sink->Flush();
  }
  const nlohmann::json scalars = ReadByTensorBoard(directory.path());
  ASSERT_FALSE(scalars.is_discarded());

  const std::map<std::string, std::vector<Point>> expected = {
      {"reward", {{1, 0}, {2, 155}, {3, 20}}},
      {"avg loss", {{2, 0.0123446f}}},
      {"episode/raw_return", {{100, 0}, {200, 155}, {300, 20}}},
      {"episode/return", {{100, 0}, {200, 31}, {300, 4}}},
      {"episode/length_steps", {{100, 100}, {200, 100}, {300, 100}}},
      {"episode/random_return", {{150, 147.5}, {250, 147.5}}},
      {"learn/loss", {{150, 0.25}, {250, 0.25}}},
      {"learn/mean_q", {{150, 1.5}, {250, 1.5}}},
      {"learn/max_q", {{150, 2.5}, {250, 2.5}}},
      {"learn/td_error", {{150, 0.125}, {250, 0.125}}},
      {"learn/gradient_norm", {{150, 9.5}, {250, 9.5}}},
      {"network/dead_units/conv1", {{120, 0.125}, {240, 0.25}}},
      {"network/dead_units/hidden", {{120, 0.5}, {240, 1}}},
      {"network/effective_rank", {{120, 7}, {240, 0}}},
      {"policy/epsilon", {{50, 1}, {150, 0.9f}, {250, 0.9f}}},
      {"policy/action_share/NOOP", {{50, 0.5}, {150, 0.75}, {250, 0.75}}},
      {"policy/action_share/RIGHT", {{50, 0.5}, {150, 0.25}, {250, 0.25}}},
      {"speed/steps_per_second", {{50, 4000}, {150, 61.5}, {250, 61.5}}},
      {"speed/update_milliseconds", {{150, 14.5}, {250, 14.5}}},
      {"replay/frames", {{50, 50}, {150, 157}, {250, 257}}},
      {"memory/resident_bytes", {{50, 0}, {150, 0}, {250, 0}}},
      {"evaluation/score", {{260, 412.5}}},
  };
  EXPECT_EQ(Points(scalars), expected);

  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const double began = std::chrono::duration<double>(before.time_since_epoch()).count();
  for (const auto& [tag, scalar] : scalars.items()) {
    const auto explains = [&tag = tag](const Metric& metric) {
      const auto name = metric.tag.find('*');
      return name == std::string_view::npos ? tag == metric.tag
                                            : tag.starts_with(metric.tag.substr(0, name));
    };
    const auto metric = std::ranges::find_if(Metrics(), explains);
    ASSERT_NE(metric, Metrics().end()) << tag;
    EXPECT_EQ(scalar["explanation"], metric->explanation);
    EXPECT_GE(scalar["points"][0][2], began);
    EXPECT_LE(scalar["points"][0][2], now);
  }
}

TEST(TensorBoard, WritesEachEpisodeAtOnce) {
  const TemporaryDirectory directory;
  const auto sink = MakeTensorBoardSink(directory.path());
  const auto file = std::filesystem::directory_iterator(directory.path())->path();
  EXPECT_THAT(file.filename().string(), StartsWith("events.out.tfevents."));
  const std::string before = ContentOf(file);
  EXPECT_FALSE(before.empty()) << "the version of the format comes first";
  sink->Handle(LearningEpisode(1, 5));
  EXPECT_GT(ContentOf(file).size(), before.size());
}

// Two points, then the state, then a third.
SinkStates WriteThreePoints(Sink& sink, std::int64_t first_step) {
  SinkStates states;
  for (int i = 0; i < 3; ++i) {
    if (i == 2) {
      sink.Sync();
      sink.Save(states);
    }
    sink.Handle(LearningProgress(first_step + 100 * i));
  }
  sink.Flush();
  return states;
}

TEST(TensorBoard, ContinuesFromAStateAsOneCurve) {
  const TemporaryDirectory directory;
  const auto go_on = [&](const SinkStates& states, std::int64_t first_step) {
    return WriteThreePoints(*MakeTensorBoardSink(directory.path(), states), first_step);
  };
  const SinkStates at_300 = go_on({}, 100);
  go_on(at_300, 300);  // killed before it saves
  const SinkStates at_500 = go_on(at_300, 300);
  go_on(at_500, 500);

  std::vector<Point> loss;
  for (std::int64_t step = 100; step <= 700; step += 100) loss.push_back({step, 0.25});
  const nlohmann::json scalars = ReadByTensorBoard(directory.path());
  EXPECT_EQ(Points(scalars)["learn/loss"], loss);
  EXPECT_FALSE(scalars["learn/loss"]["explanation"].empty());
}

TEST(TensorBoard, ChangesNothingBeforeTheFirstPoint) {
  const TemporaryDirectory directory;
  const SinkStates states = WriteThreePoints(*MakeTensorBoardSink(directory.path()), 100);
  const auto file = std::filesystem::directory_iterator(directory.path())->path();
  const std::string before = ContentOf(file);
  {
    const auto sink = MakeTensorBoardSink(directory.path(), states);
    SinkStates again;
    sink->Sync();
    sink->Save(again);
    EXPECT_EQ(again, states);
  }
  EXPECT_EQ(ContentOf(file), before);
  const auto files = std::filesystem::directory_iterator(directory.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(TensorBoard, LeavesCopiesAlone) {
  const TemporaryDirectory directory;
  const SinkStates states = WriteThreePoints(*MakeTensorBoardSink(directory.path()), 100);
  const auto file = std::filesystem::directory_iterator(directory.path())->path();
  const std::filesystem::path copy = file.string() + " (copy)";
  std::filesystem::copy(file, copy);
  WriteThreePoints(*MakeTensorBoardSink(directory.path(), states), 300);
  EXPECT_TRUE(std::filesystem::exists(copy));
}

TEST(TensorBoard, RefusesADamagedFileOrState) {
  const TemporaryDirectory directory;
  const SinkStates states = WriteThreePoints(*MakeTensorBoardSink(directory.path()), 100);
  const auto refuses = [&](const std::string& state) {
    EXPECT_THROW(MakeTensorBoardSink(directory.path(), {{"tensorboard", state}}), UserError);
  };
  const std::string& state = states.at("tensorboard");
  for (std::size_t size = 0; size < state.size(); ++size) refuses(state.substr(0, size));
  refuses(state + "x");
  std::string another_folder = state;
  another_folder[another_folder.find("events")] = '/';
  refuses(another_folder);

  const auto file = std::filesystem::directory_iterator(directory.path())->path();
  std::filesystem::resize_file(file, 40);
  refuses(state);
  std::filesystem::remove(file);
  refuses(state);
}

TEST(TensorBoard, NamesAFolderThatCannotBeCreated) {
  EXPECT_THROW(MakeTensorBoardSink("/dev/null/events"), UserError);
}

}  // namespace
}  // namespace arcadeq
