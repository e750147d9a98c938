#include "train/weights_writer.h"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "agent/agent.h"
#include "base/error.h"
#include "base/profile.h"
#include "config/config.h"
#include "record/event.h"
#include "train/run_directory.h"
#include "train/run_log.h"

namespace arcadeq {

WeightsWriter::WeightsWriter(const RunDirectory* directory, const Config& config,
                             const Agent& agent, const RunLog& log)
    : directory_(directory),
      game_(config.env.game),
      every_episodes_(config.record.weights_every_episodes),
      agent_(agent),
      log_(log),
      episodes_(log.episodes()) {}

void WeightsWriter::WriteIfDue(const Emit& emit) {
  const std::int64_t before = std::exchange(episodes_, log_.episodes());
  if (every_episodes_ == 0 || episodes_ / every_episodes_ == before / every_episodes_) return;
  const ProfileScope scope("write weights");
  try {
    Write(emit);
  } catch (const UserError& error) {
    emit(Note{fmt::format("weights not written: {}", error.what()), true});
  }
}

bool WeightsWriter::WriteBest(const Emit& emit) const {
  if (directory_ == nullptr) return true;
  try {
    directory_->WriteBestWeights(agent_.network(), agent_.parameters(), game_, log_.steps(),
                                 log_.episodes());
    return true;
  } catch (const UserError& error) {
    emit(Note{fmt::format("best weights not written: {}", error.what()), true});
    return false;
  }
}

bool WeightsWriter::HasBest() const {
  return directory_ == nullptr || directory_->HasBestWeights();
}

void WeightsWriter::Write(const Emit& emit) const {
  if (directory_ == nullptr) return;
  const auto file = directory_->WriteWeights(agent_.network(), agent_.parameters(), game_,
                                             log_.steps(), log_.episodes());
  emit(Note{fmt::format("weights written to {}", file.string())});
}

}  // namespace arcadeq
