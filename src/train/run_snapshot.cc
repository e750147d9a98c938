#include "train/run_snapshot.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "train/weights.h"

namespace arcadeq {
namespace {

constexpr std::uint64_t kMaxStateBytes = std::uint64_t{1} << 30;

constexpr const char* kOnline = "online.safetensors";
constexpr const char* kTarget = "target.safetensors";
constexpr const char* kMean = "optimizer_mean.safetensors";
constexpr const char* kSquare = "optimizer_square.safetensors";
constexpr const char* kSinks = "sinks.state";

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

void AddParameters(const char* file, const Network::Parameters& parameters, std::int64_t step,
                   const Network& network, CheckpointWriter& writer) {
  for (const Network::NamedTensor& tensor : network.Export(parameters)) {
    if (!std::ranges::all_of(tensor.values, [](float x) { return std::isfinite(x); })) {
      ThrowUserError("{} holds numbers that are not finite", file);
    }
  }
  writer.AddBytes(file,
                  Bytes(ExportWeights(network, parameters, {{"step", fmt::format("{}", step)}})));
}

void AddSegment(const SavedSegment& segment, const Checkpoint* previous, CheckpointWriter& writer) {
  const std::string name = SegmentFileName(segment.env, segment.number);
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

std::string SegmentFileName(int env, std::int64_t number) {
  return fmt::format("replay_{:04}_{:08}.segment", env, number);
}

void WriteSnapshot(const RunSnapshot& snapshot, const Network& network, const SinkStates& sinks,
                   const Checkpoint* previous, CheckpointWriter& writer) {
  AddParameters(kOnline, *snapshot.online, snapshot.step, network, writer);
  AddParameters(kTarget, *snapshot.target, snapshot.step, network, writer);
  AddParameters(kMean, *snapshot.mean, snapshot.step, network, writer);
  AddParameters(kSquare, *snapshot.square, snapshot.step, network, writer);
  writer.AddBytes(kTrainerFile, Bytes(snapshot.trainer));
  writer.AddBytes(kRecordFile, Bytes(snapshot.record));
  writer.AddBytes(kReplayFile, Bytes(snapshot.replay.state));
  for (const SavedSegment& segment : snapshot.replay.segments) {
    AddSegment(segment, previous, writer);
  }
  ByteWriter states;
  states.Write<std::uint64_t>(sinks.size());
  for (const auto& [name, state] : sinks) {
    states.Write(std::string_view(name));
    states.Write(std::string_view(state));
  }
  writer.AddBytes(kSinks, states.bytes());
}

void ReadParameters(const CheckpointReader& reader, const Network& network, RunSnapshot& snapshot) {
  for (const auto& [file, parameters] :
       {std::pair{kOnline, snapshot.online.get()}, std::pair{kTarget, snapshot.target.get()},
        std::pair{kMean, snapshot.mean.get()}, std::pair{kSquare, snapshot.square.get()}}) {
    ImportWeights(ReadState(reader, file), (reader.checkpoint().path / file).string(), network,
                  *parameters);
  }
}

SinkStates ReadSinkStates(const CheckpointReader& reader) {
  const std::string text = ReadState(reader, kSinks);
  ByteReader states(text, kSinks);
  SinkStates sinks;
  for (auto left = states.Read<std::uint64_t>("number of sinks"); left > 0; --left) {
    std::string name = states.ReadString("name");
    sinks[std::move(name)] = states.ReadString("state");
  }
  states.ExpectEnd();
  return sinks;
}

std::string ReadState(const CheckpointReader& reader, const std::string& file) {
  const std::vector<std::byte> bytes = reader.Read(file, kMaxStateBytes);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

CheckpointHashes HashesOf(const Manifest& manifest) {
  Hash weights, optimizer, replay, trainer;
  for (const auto& [name, entry] : manifest.files) {
    if (name == kRecordFile || name == kSinks) continue;
    Hash& hash = name == kOnline || name == kTarget ? weights
                 : name == kMean || name == kSquare ? optimizer
                 : name == kTrainerFile             ? trainer
                                                    : replay;
    hash.Add(std::string_view(name));
    hash.Add(entry.size);
    hash.Add(entry.hash);
  }
  return {weights.value(), optimizer.value(), replay.value(), trainer.value()};
}

}  // namespace arcadeq
