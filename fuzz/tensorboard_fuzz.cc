// Continues the event files of an earlier run from the state in its checkpoint. A resumed run keeps
// the part of each file that the state covers, and all copies.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "fuzz.h"
#include "record/event.h"
#include "record/event_file.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/tfrecord.h"

namespace {

using arcadeq::fuzz::Input;
using arcadeq::fuzz::Require;

using Files = std::map<std::string, std::string>;  // contents by name

Files ReadFiles(const std::filesystem::path& directory) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files[entry.path().filename().string()] = arcadeq::ReadFile(entry.path());
  }
  return files;
}

// The name of a run's file, or of a manual copy.
std::string FileName(std::uint8_t byte) {
  const std::string number = std::to_string(byte / 2);
  const std::string name =
      "events.out.tfevents." + std::string(10 - number.size(), '0') + number + ".host.1";
  return byte % 2 == 0 ? name : name + " (copy)";
}

// Adds a file: its name, its records, and wrong or extra bytes.
void AddFile(Input& input, Files& files) {
  std::string& content = files[FileName(input.Byte())];
  for (int left = input.Byte() % 4; left > 0; --left) {
    content += arcadeq::FormatRecord(input.Text(input.Byte()));
  }
  const std::size_t at = input.Byte();
  if (at < content.size()) content[at] = static_cast<char>(content[at] ^ input.Byte());
  content += input.Text(input.Byte() % 32);
}

// The state for all files, with the faults that the input's bits select.
std::string StateOf(const Files& files, Input& input) {
  arcadeq::ByteWriter state;
  state.Write(static_cast<std::uint32_t>(files.size()));
  for (const auto& [name, content] : files) {
    const std::uint8_t fault = input.Byte();
    state.Write(std::string_view((fault & 1) != 0 ? input.Text(fault >> 2) : name));
    state.Write(std::uint64_t{content.size()} - ((fault & 2) != 0 ? fault >> 2 : 0));
  }
  return state.text();
}

// What must remain once the sink has written: files that no run wrote, and the part of each file
// that the state covers.
Files Kept(const Files& files, std::string_view state) {
  arcadeq::ByteReader reader(state, "state");
  Files kept;
  for (auto left = reader.Read<std::uint32_t>("number of files"); left > 0; --left) {
    const std::string name = reader.ReadString("name");
    const auto size = reader.Read<std::uint64_t>("size");
    kept.emplace(name, files.at(name).substr(0, size));
  }
  for (const auto& file : files) {
    if (!arcadeq::IsOwnEventFile(file.first)) kept.insert(file);
  }
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const bool is_made_up = input.Byte() % 2 == 1;
  Files files;
  for (int left = input.Byte() % 4; left > 0; --left) AddFile(input, files);
  const std::string state(is_made_up ? input.Rest() : StateOf(files, input));
  const arcadeq::SinkStates states = {{"tensorboard", state}};

  const arcadeq::TemporaryDirectory directory;
  for (const auto& [name, content] : files) {
    std::ofstream(directory / name, std::ios::binary) << content;
  }
  std::unique_ptr<arcadeq::Sink> sink;
  const bool accepted = arcadeq::fuzz::Accepts(
      [&] { sink = arcadeq::MakeTensorBoardSink(directory.path(), states); });
  Require(ReadFiles(directory.path()) == files);
  if (!accepted) return 0;

  arcadeq::SinkStates saved;
  sink->Save(saved);
  Require(saved == states);
  sink->Handle(arcadeq::Progress{});
  sink->Flush();
  Files after = ReadFiles(directory.path());
  const Files kept = Kept(files, state);
  Require(after.size() == kept.size() + 1);
  for (const auto& [name, content] : kept) Require(after.at(name) == content);
  return 0;
}
