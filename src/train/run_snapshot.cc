#include "train/run_snapshot.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/state.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/checkpoint_writer.h"
#include "checkpoint/manifest.h"
#include "evaluate/weights.h"
#include "nn/network.h"
#include "record/sink.h"
#include "replay/replay.h"
#include "replay/saved_replay.h"

namespace arcadeq {
namespace {

// The priorities of the largest replay take half of it.
constexpr std::uint64_t kMaxStateBytes = std::uint64_t{1} << 31;

constexpr const char* kTrainerFile = "trainer.state";
constexpr const char* kRecordFile = "record.state";
constexpr const char* kReplayFile = "replay.state";
constexpr const char* kSinksFile = "sinks.state";

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string ParametersFile(std::string_view name) {
  return fmt::format("{}.safetensors", name);
}

std::string SegmentFile(int env, std::int64_t number) {
  return fmt::format("replay_{:04}_{:08}.segment", env, number);
}

// The content of a small file.
std::string ReadText(const CheckpointReader& checkpoint, const std::string& file) {
  const std::vector<std::byte> bytes = checkpoint.Read(file, kMaxStateBytes);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

StateReader ReadState(const CheckpointReader& checkpoint, const std::string& file) {
  return {ReadText(checkpoint, file), (checkpoint.checkpoint().path / file).string()};
}

void AddParameters(const RunSnapshot::NamedParameters& parameters, std::int64_t step,
                   CheckpointWriter& writer) {
  const std::string file = ParametersFile(parameters.name);
  writer.AddBytes(file, Bytes(ExportWeights(file, *parameters.network, *parameters.values,
                                            {{kStepKey, fmt::format("{}", step)}})));
}

void AddSegment(const SavedSegment& segment, const Checkpoint* previous, CheckpointWriter& writer) {
  const std::string name = SegmentFile(segment.env, segment.number);
  if (segment.sealed && previous != nullptr) {
    const auto entry = previous->manifest.files.find(name);
    const bool same = entry != previous->manifest.files.end() &&
                      entry->second.size == segment.bytes.size() &&
                      entry->second.hash == segment.checksum;
    if (same && writer.AddFromPrevious(entry->second)) return;
  }
  writer.AddBytes(name, std::as_bytes(segment.bytes));
}

}  // namespace

void SnapshotTaker::Parameters(std::string_view name, const Network& network,
                               Network::Parameters& parameters) {
  auto& kept = snapshot_.parameters;
  auto place = std::ranges::find(kept, name, &RunSnapshot::NamedParameters::name);
  if (place == kept.end()) {
    kept.push_back({std::string(name), &network, network.MakeParameters()});
    place = std::prev(kept.end());
  }
  network.Copy(parameters, *place->values);
}

void SnapshotRestorer::Parameters(std::string_view name, const Network& network,
                                  Network::Parameters& parameters) {
  const std::string file = ParametersFile(name);
  ImportWeights(ReadText(checkpoint_, file), (checkpoint_.checkpoint().path / file).string(),
                network, parameters);
}

void SnapshotRestorer::Replay(arcadeq::Replay& replay) {
  replay.Restore(ReadText(checkpoint_, kReplayFile), num_actions_,
                 [this](int env, std::int64_t number, std::span<std::uint8_t> bytes) {
                   checkpoint_.ReadInto(SegmentFile(env, number), std::as_writable_bytes(bytes));
                 });
}

StateReader ReadTrainerState(const CheckpointReader& checkpoint) {
  return ReadState(checkpoint, kTrainerFile);
}

StateReader ReadRecordState(const CheckpointReader& checkpoint) {
  return ReadState(checkpoint, kRecordFile);
}

SinkStates ReadSinkStates(const CheckpointReader& checkpoint) {
  const std::string text = ReadText(checkpoint, kSinksFile);
  ByteReader states(text, kSinksFile);
  SinkStates sinks;
  for (auto left = states.Read<std::uint64_t>("number of sinks"); left > 0; --left) {
    std::string name = states.ReadString("name");
    sinks[std::move(name)] = states.ReadString("state");
  }
  states.ExpectEnd();
  return sinks;
}

void WriteSnapshot(const RunSnapshot& snapshot, const SinkStates& sinks, const Checkpoint* previous,
                   CheckpointWriter& writer) {
  for (const auto& parameters : snapshot.parameters) {
    AddParameters(parameters, snapshot.step, writer);
  }
  writer.AddBytes(kTrainerFile, Bytes(snapshot.trainer));
  writer.AddBytes(kRecordFile, Bytes(snapshot.record));
  if (snapshot.replay) {
    writer.AddBytes(kReplayFile, Bytes(snapshot.replay->state));
    for (const SavedSegment& segment : snapshot.replay->segments) {
      AddSegment(segment, previous, writer);
    }
  }
  ByteWriter states;
  states.Write<std::uint64_t>(sinks.size());
  for (const auto& [name, state] : sinks) {
    states.Write(std::string_view(name));
    states.Write(std::string_view(state));
  }
  writer.AddBytes(kSinksFile, states.bytes());
}

CheckpointHashes HashesOf(const Manifest& manifest) {
  Hash weights, optimizer, replay, trainer;
  for (const auto& [name, entry] : manifest.files) {
    if (name == kRecordFile || name == kSinksFile) continue;
    Hash& hash = name.starts_with("optimizer_")   ? optimizer
                 : name.ends_with(".safetensors") ? weights
                 : name == kTrainerFile           ? trainer
                                                  : replay;
    hash.Add(std::string_view(name));
    hash.Add(entry.size);
    hash.Add(entry.hash);
  }
  return {weights.value(), optimizer.value(), replay.value(), trainer.value()};
}

}  // namespace arcadeq
