#include "train/checkpointer.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <future>
#include <optional>
#include <ratio>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_writer.h"
#include "checkpoint/manifest.h"
#include "config/checkpoint_config.h"
#include "record/event.h"
#include "train/run_snapshot.h"

namespace arcadeq {

Checkpointer::Checkpointer(const CheckpointConfig& config, std::filesystem::path directory,
                           CheckpointInfo info, std::optional<Checkpoint> previous,
                           SaveSinks save_sinks)
    : config_(config),
      directory_(std::move(directory)),
      info_(std::move(info)),
      newest_(std::move(previous)),
      save_sinks_(std::move(save_sinks)),
      saved_step_(newest_ ? newest_->manifest.info.step : -1),
      saved_at_(Clock::now()) {}

Checkpointer::~Checkpointer() {
  if (writing_.valid()) writing_.wait();
}

bool Checkpointer::Busy() const {
  return writing_.valid() &&
         writing_.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
}

void Checkpointer::Request(std::int64_t step) {
  if (writing_.valid() && saved_step_ == step) {
    announces_ = true;
  } else if (newest_ && newest_->manifest.info.step == step) {
    Announce(newest_->path);
  } else {
    requested_ = true;
  }
}

void Checkpointer::Announce(const std::filesystem::path& checkpoint) {
  notes_.push_back({fmt::format("checkpoint written to {}", checkpoint.string())});
}

bool Checkpointer::Due(std::int64_t step) const {
  if (Busy()) return false;
  if (requested_) return true;
  if (step == saved_step_) return false;
  if (saved_step_ < 0) return true;
  const bool by_steps =
      config_.every_steps > 0 && step / config_.every_steps > saved_step_ / config_.every_steps;
  const std::chrono::duration<double, std::ratio<60>> minutes = Clock::now() - saved_at_;
  return by_steps || (config_.every_minutes > 0 && minutes.count() >= config_.every_minutes);
}

RunSnapshot& Checkpointer::snapshot() {
  Collect();
  return snapshot_;
}

void Checkpointer::Begin() {
  saved_step_ = snapshot_.step;
  saved_at_ = Clock::now();
  announces_ = std::exchange(requested_, false);
  sinks_ = save_sinks_();
  // Runs in Collect() instead if the system cannot create a thread.
  writing_ = std::async(std::launch::async | std::launch::deferred, [this] { return Write(); });
}

Checkpointer::Result Checkpointer::Write() {
  Result result;
  try {
    CheckpointInfo info = info_;
    info.step = snapshot_.step;
    CheckpointWriter writer(directory_, info, newest_);
    WriteSnapshot(snapshot_, sinks_.get(), newest_ ? &*newest_ : nullptr, writer);
    result.checkpoint = writer.Commit({config_.keep, config_.archive_every_steps}, result.messages);
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  return result;
}

void Checkpointer::Collect() {
  if (!writing_.valid()) return;
  Result result = writing_.get();
  snapshot_.replay.reset();  // on the thread that appends: see Replay::Save()
  error_ = result.error;
  if (result.checkpoint) {
    if (announces_) Announce(result.checkpoint->path);
    newest_ = std::move(result.checkpoint);
  }
  announces_ = false;
  if (!result.error.empty()) {
    notes_.push_back(
        {fmt::format("the checkpoint of step {} was not written: {}", saved_step_, result.error),
         true});
  }
  for (std::string& message : result.messages) notes_.push_back({std::move(message), true});
}

std::vector<Note> Checkpointer::TakeNotes() {
  if (!Busy()) Collect();
  return std::exchange(notes_, {});
}

void Checkpointer::Finish() {
  error_.clear();
  Collect();
  if (!error_.empty()) {
    ThrowUserError("the checkpoint of step {} was not written: {}", saved_step_, error_);
  }
}

}  // namespace arcadeq
