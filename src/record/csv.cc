#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/output_file.h"
#include "record/event.h"
#include "record/metrics.h"
#include "record/sink.h"
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

// The part of the table that an earlier process wrote.
struct EarlierRows {
  std::uint64_t size = 0;  // bytes
  Hash hash;
};

class CsvSink : public Sink {
 public:
  explicit CsvSink(const std::filesystem::path& path) : file_(path) { Write(Header()); }
  CsvSink(const std::filesystem::path& path, EarlierRows earlier)
      : file_(path, earlier.size), hash_(std::move(earlier.hash)) {}

  void Handle(const Event& event) override {
    if (const auto* episode = std::get_if<EpisodeEnded>(&event)) {
      Write(Row([episode](const EpisodeColumn& column) { return column.text(*episode); }));
    }
  }

  void Sync() override { file_.Sync(); }

  void Save(SinkStates& states) const override {
    ByteWriter state;
    state.Write(file_.flushed_size());
    state.Write(hash_.value());
    states[kName] = state.text();
  }

 private:
  void Write(const std::string& row) {
    file_.Write(row);
    file_.Flush();
    hash_.Add(std::string_view(row));
  }

  OutputFile file_;
  Hash hash_;  // of everything flushed
};

// Throws UserError unless the file begins with the rows that `saved` records, in our columns.
EarlierRows CheckedRows(const std::filesystem::path& file, std::string_view saved) {
  ByteReader state(saved, "the state of episodes.csv");
  EarlierRows earlier;
  earlier.size = state.Read<std::uint64_t>("size");
  const auto hash = state.Read<std::uint64_t>("hash");
  state.ExpectEnd();
  const std::string rows = ReadWritten(file, earlier.size);
  earlier.hash.Add(std::string_view(rows));
  if (earlier.hash.value() != hash) {
    ThrowUserError("{} is not what the run wrote: restore the original file", file.string());
  }
  if (!rows.starts_with(Header())) {
    ThrowUserError("{} has the columns of another version: resume with the version that wrote it",
                   file.string());
  }
  return earlier;
}

}  // namespace

std::unique_ptr<Sink> MakeCsvSink(const std::filesystem::path& file, const SinkStates& states) {
  const auto saved = states.find(kName);
  if (saved == states.end()) return std::make_unique<CsvSink>(file);
  return std::make_unique<CsvSink>(file, CheckedRows(file, saved->second));
}

}  // namespace arcadeq
