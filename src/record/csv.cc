#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "record/metrics.h"
#include "record/output_file.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

constexpr const char* kName = "csv";

template <typename TextOf>
std::string Row(TextOf text_of) {
  std::string row;
  for (const EpisodeColumn& column : EpisodeColumns()) {
    if (!row.empty()) row += ',';
    row += text_of(column);
  }
  return row + '\n';
}

std::string Header() {
  return Row([](const EpisodeColumn& column) { return std::string(column.name); });
}

// Throws UserError unless an earlier process's first `size` bytes are whole rows below our header.
std::uint64_t CheckedSize(const std::filesystem::path& path, std::uint64_t size) {
  std::string rows = ReadFile(path);
  rows.resize(std::min<std::size_t>(rows.size(), size));
  if (!rows.starts_with(Header()) || !rows.ends_with('\n')) {
    ThrowUserError("{} is not the table of episodes that the run wrote", path.string());
  }
  return size;
}

class CsvSink : public Sink {
 public:
  CsvSink(const std::filesystem::path& path, std::optional<std::uint64_t> size)
      : file_(size ? OutputFile(path, CheckedSize(path, *size)) : OutputFile(path)) {
    if (size) return;
    file_.Write(Header());
    file_.Flush();
  }

  void Handle(const Event& event) override {
    if (const auto* episode = std::get_if<EpisodeEnded>(&event)) {
      file_.Write(Row([episode](const EpisodeColumn& column) { return column.text(*episode); }));
      file_.Flush();
    }
  }

  void Save(SinkStates& states) override {
    file_.Flush();
    ByteWriter state;
    state.Write(file_.size());
    states[kName] = state.text();
  }

 private:
  OutputFile file_;
};

}  // namespace

std::unique_ptr<Sink> MakeCsvSink(const std::filesystem::path& file, const SinkStates& states) {
  std::optional<std::uint64_t> size;
  if (const auto saved = states.find(kName); saved != states.end()) {
    ByteReader state(saved->second, "the state of episodes.csv");
    size = state.Read<std::uint64_t>("size");
    state.ExpectEnd();
  } else if (std::filesystem::is_regular_file(file)) {
    const std::string rows = ReadFile(file);
    size = rows.rfind('\n') + 1;  // without what a crash cut short
    if (*size == 0) size.reset();
  }
  return std::make_unique<CsvSink>(file, size);
}

}  // namespace arcadeq
