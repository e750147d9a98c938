#include <string>

#include "record/metrics.h"
#include "record/output_file.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

class CsvSink : public Sink {
 public:
  explicit CsvSink(const std::filesystem::path& file) : file_(file) {
    WriteRow([](const EpisodeColumn& column) { return std::string(column.name); });
  }

  void Handle(const Event& event) override {
    if (const auto* episode = std::get_if<EpisodeEnded>(&event)) {
      WriteRow([episode](const EpisodeColumn& column) { return column.text(*episode); });
    }
  }

 private:
  template <typename TextOf>
  void WriteRow(TextOf text_of) {
    std::string row;
    for (const EpisodeColumn& column : EpisodeColumns()) {
      if (!row.empty()) row += ',';
      row += text_of(column);
    }
    file_.Write(row + '\n');
    file_.Flush();
  }

  OutputFile file_;
};

}  // namespace

std::unique_ptr<Sink> MakeCsvSink(const std::filesystem::path& file) {
  return std::make_unique<CsvSink>(file);
}

}  // namespace arcadeq
