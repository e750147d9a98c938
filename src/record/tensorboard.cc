#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "record/event_file.h"
#include "record/metrics.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

// TensorBoard shows the explanation of a scalar that says it is one.
void Explain(const Metric& metric, tensorboard::SummaryMetadata& metadata) {
  metadata.mutable_plugin_data()->set_plugin_name("scalars");
  metadata.set_data_class(tensorboard::DATA_CLASS_SCALAR);
  metadata.set_summary_description(std::string(metric.explanation));
}

class TensorBoardSink : public Sink {
 public:
  explicit TensorBoardSink(const std::filesystem::path& directory) : file_(directory) {}

  void Handle(const Event& event) override {
    if (const auto* episode = std::get_if<EpisodeEnded>(&event)) {
      Write(*episode, Axis::kEpisode, episode->episode);
      Write(*episode, Axis::kStep, episode->step);
      Flush();
    } else if (const auto* progress = std::get_if<Progress>(&event)) {
      Write(*progress, Axis::kStep, progress->step);
    }
  }

  void Flush() override { file_.Flush(); }

 private:
  // The metrics of one kind of event over one axis, as one event of TensorBoard's.
  template <typename Source>
  void Write(const Source& source, Axis axis, std::int64_t position) {
    tensorboard::Event event;
    event.set_step(position);
    for (const Metric& metric : Metrics()) {
      const auto* value_of = std::get_if<double (*)(const Source&)>(&metric.value);
      if (value_of == nullptr || metric.axis != axis) continue;
      const double value = (*value_of)(source);
      if (std::isnan(value)) continue;
      auto* scalar = event.mutable_summary()->add_value();
      scalar->set_tag(std::string(metric.tag));
      scalar->set_simple_value(static_cast<float>(value));
      if (explained_.insert(metric.tag).second) {
        Explain(metric, *scalar->mutable_metadata());
      }
    }
    if (event.has_summary()) file_.Write(std::move(event));
  }

  EventFile file_;
  std::set<std::string_view>
      explained_;  // TensorBoard keeps the text that comes with the first value
};

}  // namespace

std::unique_ptr<Sink> MakeTensorBoardSink(const std::filesystem::path& directory) {
  return std::make_unique<TensorBoardSink>(directory);
}

}  // namespace arcadeq
