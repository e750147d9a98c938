#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/checkpoint_writer.h"
#include "nn/network.h"
#include "record/recorder.h"
#include "replay/replay.h"

namespace arcadeq {

inline constexpr const char* kTrainerFile = "trainer.state";
inline constexpr const char* kRecordFile = "record.state";
inline constexpr const char* kReplayFile = "replay.state";

// Everything that a run needs to go on, as it was at the end of a window. Making one copies the
// parameters and refers to the replay's segments, so that training can go on while it is written.
struct RunSnapshot {
  explicit RunSnapshot(const Network& network)
      : online(network.MakeParameters()),
        target(network.MakeParameters()),
        mean(network.MakeParameters()),
        square(network.MakeParameters()) {}

  std::int64_t step = 0;
  std::string trainer;  // counters, random streams, environments
  std::string record;   // sums, films and times for what is recorded
  // The last two are the optimiser's.
  std::unique_ptr<Network::Parameters> online, target, mean, square;
  SavedReplay replay;
};

// The files of a checkpoint:
//   online.safetensors, target.safetensors                      the networks, as in weights/
//   optimizer_mean.safetensors, optimizer_square.safetensors    named as the tensors they belong to
//   trainer.state, replay.state, replay_ENV_NUMBER.segment      see Trainer, Replay
//   record.state, sinks.state                                   what depends on the machine's speed
//                                                               or on record.*, and how far the
//                                                               files of the run were written
// A sealed segment that the previous checkpoint holds is linked, not written again. Throws
// UserError if a weight is not a finite number, and as CheckpointWriter does.
void WriteSnapshot(const RunSnapshot& snapshot, const Network& network, const SinkStates& sinks,
                   const Checkpoint* previous, CheckpointWriter& writer);

// The four safetensors files, into the buffers of `snapshot`. Throws UserError if they are not of
// this network.
void ReadParameters(const CheckpointReader& reader, const Network& network, RunSnapshot& snapshot);

SinkStates ReadSinkStates(const CheckpointReader& reader);

// A small file whole, as text.
std::string ReadState(const CheckpointReader& reader, const std::string& file);

std::string SegmentFileName(int env, std::int64_t number);

// What a seed decides of a checkpoint, whatever is recorded: of every file but the last two.
struct CheckpointHashes {
  std::uint64_t weights = 0;
  std::uint64_t optimizer = 0;
  std::uint64_t replay = 0;
  std::uint64_t trainer = 0;
};
CheckpointHashes HashesOf(const Manifest& manifest);

}  // namespace arcadeq
