// Continues the rows of an earlier run from the state in its checkpoint. The rows that the state
// covers must be intact and remain.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "base/hash.h"
#include "fuzz.h"
#include "memory_file.h"
#include "record/event.h"
#include "record/sink.h"
#include "record/sinks.h"

namespace {

using arcadeq::fuzz::Input;
using arcadeq::fuzz::Require;

// The header that arcadeq writes.
const std::string& Header() {
  static const std::string header = [] {
    const arcadeq::fuzz::MemoryFile file("");
    arcadeq::MakeCsvSink(file.path());
    return arcadeq::ReadFile(file.path());
  }();
  return header;
}

// The state for the first `told` bytes of the rows, with the faults that the input's bits select.
std::string StateOf(std::string_view rows, std::size_t told, Input& input) {
  arcadeq::Hash hash;
  hash.Add(rows.substr(0, told));
  const std::uint8_t fault = input.Byte();
  const std::uint64_t flipped = std::uint64_t{1} << (fault >> 2);
  arcadeq::ByteWriter state;
  state.Write(std::uint64_t{told} ^ ((fault & 1) != 0 ? flipped : 0));
  state.Write(hash.value() ^ ((fault & 2) != 0 ? flipped : 0));
  return state.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t kind = input.Byte();
  const bool is_made_up = (kind & 1) != 0;
  const bool has_our_columns = (kind & 2) != 0;
  const std::string rows =
      (has_our_columns ? Header() : "") + std::string(input.Text(input.Byte()));
  const std::size_t told = input.Byte();
  const std::string state(is_made_up ? input.Rest() : StateOf(rows, told, input));
  const arcadeq::SinkStates states = {{"csv", state}};

  const arcadeq::fuzz::MemoryFile file(rows);
  std::unique_ptr<arcadeq::Sink> sink;
  const bool accepted =
      arcadeq::fuzz::Accepts([&] { sink = arcadeq::MakeCsvSink(file.path(), states); });
  Require(arcadeq::ReadFile(file.path()) == rows);
  if (!accepted) return 0;

  arcadeq::SinkStates saved;
  sink->Save(saved);
  Require(saved == states);
  arcadeq::ByteReader reader(state, "state");
  const std::string_view kept =
      std::string_view(rows).substr(0, reader.Read<std::uint64_t>("size"));
  arcadeq::Hash hash;
  hash.Add(kept);
  Require(hash.value() == reader.Read<std::uint64_t>("hash"));
  sink->Handle(arcadeq::EpisodeEnded{});
  const std::string after = arcadeq::ReadFile(file.path());
  Require(after.starts_with(kept) && after.substr(kept.size()).starts_with("0,0,0,"));
  return 0;
}
