#pragma once

#include <cstdint>
#include <string>

#include "agent/agent.h"
#include "config/config.h"
#include "train/run_directory.h"
#include "train/run_log.h"

namespace arcadeq {

// Writes an agent's weights into its run's directory: every few episodes, those of the best
// evaluation, and on request.
class WeightsWriter {
 public:
  // Writes nothing if `directory` is null. The objects must outlive the writer.
  WeightsWriter(const RunDirectory* directory, const Config& config, const Agent& agent,
                const RunLog& log);

  // Writes if a multiple of record.weights_every_episodes has been completed since the last call.
  // Emits a warning if that fails.
  void WriteIfDue(const Emit& emit);
  // Returns whether it succeeds, and emits a warning if it fails.
  bool WriteBest(const Emit& emit) const;
  // Whether the weights of the best evaluation are where they were written to.
  bool HasBest() const;
  // Throws UserError if it fails.
  void Write(const Emit& emit) const;

 private:
  const RunDirectory* directory_;
  const std::string game_;
  const std::int64_t every_episodes_;
  const Agent& agent_;
  const RunLog& log_;
  std::int64_t episodes_;  // at the last call of WriteIfDue()
};

}  // namespace arcadeq
