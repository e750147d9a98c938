#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "record/event.h"
#include "record/event_file.h"
#include "record/metrics.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/tensorboard_event.pb.h"

namespace arcadeq {
namespace {

using std::string_view_literals::operator""sv;

// TensorBoard shows the explanation only for tags marked as scalars.
void Explain(const Metric& metric, tensorboard::SummaryMetadata& metadata) {
  metadata.mutable_plugin_data()->set_plugin_name("scalars");
  metadata.set_data_class(tensorboard::DATA_CLASS_SCALAR);
  metadata.set_summary_description(std::string(metric.explanation));
}

constexpr const char* kName = "tensorboard";

// An event file of an earlier process, and how many bytes of it to keep.
struct EarlierFile {
  std::string name;
  std::uint64_t size = 0;
};

// Checks and returns the files of a saved state.
std::vector<EarlierFile> CheckedFiles(const std::filesystem::path& directory,
                                      std::string_view saved) {
  ByteReader state(saved, "the state of the event files");
  std::vector<EarlierFile> files;
  for (auto left = state.Read<std::uint32_t>("number of files"); left > 0; --left) {
    EarlierFile& file = files.emplace_back();
    file.name = state.ReadString("name");
    file.size = state.Read<std::uint64_t>("size");
    if (file.name.find_first_of("/\0"sv) != std::string::npos) {
      state.Refuse("name", "not a file name");
    }
    CheckEventFile(directory / file.name, file.size);
  }
  state.ExpectEnd();
  return files;
}

// Hides everything written after the state from TensorBoard, so that no point is shown twice.
void CutBack(const std::filesystem::path& directory, const std::vector<EarlierFile>& files) {
  for (const std::string& name : ListEventFiles(directory)) {
    const auto file = std::ranges::find(files, name, &EarlierFile::name);
    std::error_code error;
    if (file == files.end()) {
      if (IsOwnEventFile(name)) std::filesystem::remove(directory / name, error);
    } else {
      std::filesystem::resize_file(directory / name, file->size, error);
    }
    if (error) ThrowUserError("cannot change {}: {}", (directory / name).string(), error.message());
  }
}

class TensorBoardSink : public Sink {
 public:
  TensorBoardSink(std::filesystem::path directory, std::optional<std::string_view> saved)
      : directory_(std::move(directory)) {
    if (!saved) {
      file_.emplace(directory_);
      return;
    }
    earlier_ = CheckedFiles(directory_, *saved);
  }

  void Handle(const Event& event) override {
    if (const auto* episode = std::get_if<EpisodeEnded>(&event)) {
      Write(*episode, Axis::kEpisode, episode->episode);
      Write(*episode, Axis::kStep, episode->step);
      Flush();
    } else if (const auto* progress = std::get_if<Progress>(&event)) {
      Write(*progress, Axis::kStep, progress->step);
    } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
      Write(*evaluated, Axis::kStep, evaluated->step);
    } else if (const auto* diagnosis = std::get_if<Diagnosis>(&event)) {
      Write(*diagnosis, Axis::kStep, diagnosis->step);
    }
  }

  void Flush() override {
    if (file_) file_->Flush();
  }

  void Sync() override {
    if (file_) file_->Sync();
  }

  void Save(SinkStates& states) const override {
    ByteWriter state;
    state.Write(static_cast<std::uint32_t>(earlier_.size() + (file_ ? 1 : 0)));
    const auto write = [&state](const std::string& name, std::uint64_t size) {
      state.Write(std::string_view(name));
      state.Write(size);
    };
    for (const EarlierFile& file : earlier_) write(file.name, file.size);
    if (file_) write(file_->name(), file_->flushed_size());
    states[kName] = state.text();
  }

 private:
  // Writes the metrics of one kind of event over one axis as one TensorBoard event.
  template <typename Source>
  void Write(const Source& source, Axis axis, std::int64_t position) {
    tensorboard::Event event;
    event.set_step(position);
    for (const Metric& metric : Metrics()) {
      if (metric.axis != axis) continue;
      if (const auto* value_of = std::get_if<Metric::Of<Source>>(&metric.value)) {
        Add(metric, std::string(metric.tag), (*value_of)(source), event);
      } else if (const auto* values_of = std::get_if<Metric::EachOf<Source>>(&metric.value)) {
        for (const NamedValue& each : (*values_of)(source)) {
          Add(metric, TagOf(metric, each.name), each.value, event);
        }
      }
    }
    if (!event.has_summary()) return;
    if (!file_) {
      CutBack(directory_, earlier_);
      file_.emplace(directory_);
    }
    file_->Write(std::move(event));
  }

  void Add(const Metric& metric, const std::string& tag, double value, tensorboard::Event& event) {
    if (std::isnan(value)) return;
    auto* scalar = event.mutable_summary()->add_value();
    scalar->set_tag(tag);
    scalar->set_simple_value(static_cast<float>(value));
    if (explained_.insert(tag).second) Explain(metric, *scalar->mutable_metadata());
  }

  const std::filesystem::path directory_;
  std::vector<EarlierFile> earlier_;
  std::optional<EventFile> file_;    // if there are earlier files, created with the first value
  std::set<std::string> explained_;  // TensorBoard keeps the text of the first value
};

}  // namespace

std::unique_ptr<Sink> MakeTensorBoardSink(const std::filesystem::path& directory,
                                          const SinkStates& states) {
  const auto saved = states.find(kName);
  return std::make_unique<TensorBoardSink>(
      directory,
      saved != states.end() ? std::optional<std::string_view>(saved->second) : std::nullopt);
}

}  // namespace arcadeq
