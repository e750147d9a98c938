#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/agent.h"
#include "base/state.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/checkpoint_writer.h"
#include "checkpoint/manifest.h"
#include "nn/network.h"
#include "record/sink.h"
#include "replay/replay.h"
#include "replay/saved_replay.h"

namespace arcadeq {

// Everything that a run needs to continue, as of the end of a window. Copies the parameters but
// only refers to the replay's segments, so that training can continue while it is written.
struct RunSnapshot {
  struct NamedParameters {
    std::string name;
    const Network* network;
    std::unique_ptr<Network::Parameters> values;
  };

  std::int64_t step = 0;
  std::string trainer;                      // values that the seed determines
  std::string record;                       // values that affect only what is recorded
  std::vector<NamedParameters> parameters;  // allocated by the first snapshot, then reused
  std::optional<SavedReplay> replay;
};

// Copies an agent's state to a snapshot, except for its values, which go to `values`.
class SnapshotTaker final : public AgentState {
 public:
  SnapshotTaker(State& values, RunSnapshot& snapshot) : values_(values), snapshot_(snapshot) {}

  State& values() override { return values_; }
  void Parameters(std::string_view name, const Network& network,
                  Network::Parameters& parameters) override;
  void Replay(arcadeq::Replay& replay) override { snapshot_.replay = replay.Save(); }

 private:
  State& values_;
  RunSnapshot& snapshot_;
};

// Restores an agent's state from a checkpoint. Throws UserError if a file is missing, damaged or
// belongs to a different network or replay.
class SnapshotRestorer final : public AgentState {
 public:
  SnapshotRestorer(State& values, const CheckpointReader& checkpoint, int num_actions)
      : values_(values), checkpoint_(checkpoint), num_actions_(num_actions) {}

  State& values() override { return values_; }
  void Parameters(std::string_view name, const Network& network,
                  Network::Parameters& parameters) override;
  void Replay(arcadeq::Replay& replay) override;

 private:
  State& values_;
  const CheckpointReader& checkpoint_;
  int num_actions_;
};

// The values of a checkpoint that the seed determines, and those that affect only what is recorded.
StateReader ReadTrainerState(const CheckpointReader& checkpoint);
StateReader ReadRecordState(const CheckpointReader& checkpoint);
SinkStates ReadSinkStates(const CheckpointReader& checkpoint);

// The files of a checkpoint:
//   NAME.safetensors                         parameters of the agent ("online"), as in weights/
//   trainer.state                            everything else that the seed determines
//   replay.state, replay_ENV_NUMBER.segment  see Replay
//   record.state, sinks.state                what depends on the machine's speed or on record.*,
//                                            and how far the run's files are written
// Links a sealed segment that the previous checkpoint holds instead of writing it again. Throws
// UserError if a parameter is not finite, and as CheckpointWriter does.
void WriteSnapshot(const RunSnapshot& snapshot, const SinkStates& sinks, const Checkpoint* previous,
                   CheckpointWriter& writer);

// Hashes of what the seed determines in a checkpoint, that is, of all files but the last two.
struct CheckpointHashes {
  std::uint64_t weights = 0;
  std::uint64_t optimizer = 0;
  std::uint64_t replay = 0;
  std::uint64_t trainer = 0;
};
CheckpointHashes HashesOf(const Manifest& manifest);

}  // namespace arcadeq
