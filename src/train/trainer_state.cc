// What a checkpoint keeps of a Trainer.

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

constexpr std::string_view kMagic = "arcadeq trainer 2";

RunCounters ReadCounters(ByteReader& state) {
  if (state.ReadString("format") != kMagic) state.Refuse("format", "not this version's");
  RunCounters counters;
  for (std::int64_t* count : {&counters.steps, &counters.frames, &counters.episodes,
                              &counters.updates, &counters.optimizer_steps}) {
    *count = state.Read<std::int64_t>("counter");
    if (*count < 0) state.Refuse("counter", "negative");
  }
  return counters;
}

}  // namespace

RunCounters ReadCounters(const CheckpointReader& checkpoint) {
  const std::string trainer = ReadState(checkpoint, kTrainerFile);
  ByteReader state(trainer, (checkpoint.checkpoint().path / kTrainerFile).string());
  return ReadCounters(state);
}

void Trainer::Save(RunSnapshot& snapshot) const {
  ByteWriter state;
  state.Write(kMagic);
  for (std::int64_t count :
       {step_, frame_, episodes_, learner_.updates(), learner_.optimizer().steps()}) {
    state.Write(count);
  }
  state.Write(std::span(replay_random_.state()));
  state.Write(largest_reward_);
  state.Write<std::uint64_t>(at_hand_.size());
  for (const EpisodeSums& episode : at_hand_) {
    for (double sum : {episode.raw_return, episode.return_, episode.loss}) state.Write(sum);
    for (std::int64_t count : {episode.updates, episode.steps, episode.frames}) state.Write(count);
  }
  for (const RolloutWorker& worker : workers_) worker.Save(state);

  snapshot.step = step_;
  snapshot.trainer = state.text();
  snapshot.record = SaveRecord();
  std::ranges::copy(learner_.online(), snapshot.online.begin());
  std::ranges::copy(learner_.target(), snapshot.target.begin());
  std::ranges::copy(learner_.optimizer().mean(), snapshot.mean.begin());
  std::ranges::copy(learner_.optimizer().square(), snapshot.square.begin());
  snapshot.replay = replay_.Save();
}

std::string Trainer::SaveRecord() const {
  ByteWriter state;
  state.Write(film_.last_kept);
  state.Write(warned_of_values_);
  state.Write(sums_.updates);
  for (double sum : {sums_.stats.loss, sums_.stats.mean_q, sums_.stats.max_q, sums_.stats.td_error,
                     sums_.stats.gradient_norm, Seconds(), progress_seconds_, sums_.seconds}) {
    state.Write(sum);
  }
  return state.text();
}

void Trainer::RestoreRecord(const CheckpointReader& checkpoint) {
  const std::string record = ReadState(checkpoint, kRecordFile);
  ByteReader state(record, (checkpoint.checkpoint().path / kRecordFile).string());
  film_.last_kept = state.Read<std::int64_t>("last film");
  if (film_.last_kept < 0 || film_.last_kept > episodes_ + 1) {
    state.Refuse("last film", "not of an episode that has begun");
  }
  warned_of_values_ = state.Read<bool>("warned");
  sums_.updates = state.Read<std::int64_t>("updates");
  for (double* sum :
       {&sums_.stats.loss, &sums_.stats.mean_q, &sums_.stats.max_q, &sums_.stats.td_error,
        &sums_.stats.gradient_norm, &earlier_seconds_, &progress_seconds_, &sums_.seconds}) {
    *sum = state.Read<double>("sum");
  }
  state.ExpectEnd();
}

void Trainer::Restore(const CheckpointReader& checkpoint) {
  const std::string trainer = ReadState(checkpoint, kTrainerFile);
  ByteReader state(trainer, (checkpoint.checkpoint().path / kTrainerFile).string());
  RunCounters counters = ReadCounters(state);
  step_ = counters.steps;
  frame_ = counters.frames;
  episodes_ = counters.episodes;
  RandomStream::State random;
  state.ReadInto(std::span(random), "stream of the replay");
  replay_random_.set_state(random);
  largest_reward_ = state.Read<double>("largest reward");
  if (state.Read<std::uint64_t>("environments") != at_hand_.size()) {
    state.Refuse("environments", "not as many as the run has");
  }
  for (EpisodeSums& episode : at_hand_) {
    for (double* sum : {&episode.raw_return, &episode.return_, &episode.loss}) {
      *sum = state.Read<double>("sum");
    }
    for (std::int64_t* count : {&episode.updates, &episode.steps, &episode.frames}) {
      *count = state.Read<std::int64_t>("count");
    }
  }
  for (RolloutWorker& worker : workers_) worker.Restore(state);
  state.ExpectEnd();

  RestoreRecord(checkpoint);

  RunSnapshot parameters(network_);
  ReadParameters(checkpoint, network_, parameters);
  learner_.Restore(counters.updates, counters.optimizer_steps,
                   {parameters.online.span(), parameters.target.span(), parameters.mean.span(),
                    parameters.square.span()});
  replay_.Restore(ReadState(checkpoint, kReplayFile), network_.num_actions(),
                  [&checkpoint](int env, std::int64_t number, std::span<std::uint8_t> bytes) {
                    checkpoint.ReadInto(SegmentFileName(env, number),
                                        std::as_writable_bytes(bytes));
                  });
  for (RolloutWorker& worker : workers_) {
    for (int env = 0; env < worker.envs(); ++env) {
      if (!worker.in_episode(env)) continue;
      replay_.store().ReadNewestStack(worker.first_env() + env, worker.frames(env));
    }
  }
}

}  // namespace arcadeq
