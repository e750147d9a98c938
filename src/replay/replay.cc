#include "replay/replay.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/frame.h"
#include "base/random.h"
#include "replay/batch.h"
#include "replay/replay_config.h"
#include "replay/saved_replay.h"
#include "replay/store.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

constexpr std::string_view kMagic = "arcadeq replay 2";
constexpr const char* kOrigin = "the replay's state";

std::vector<std::int64_t> CapacitiesOf(const ReplayStore& store) {
  std::vector<std::int64_t> capacities;
  capacities.reserve(static_cast<std::size_t>(store.envs()));
  for (int env = 0; env < store.envs(); ++env) capacities.push_back(store.capacity(env));
  return capacities;
}

}  // namespace

Replay::Replay(const FrameFormat& format, int stack, const ReplayConfig& config,
               const TransitionRule& rule, int envs)
    : store_(format, stack, config, rule, envs),
      sampler_(config.sampler.Make(CapacitiesOf(store_))),
      told_(static_cast<std::size_t>(envs)) {}

std::int64_t Replay::bytes() const {
  const bool sampler_has_transitions =
      std::ranges::any_of(told_, [](const StepRange& steps) { return steps.end > 0; });
  return store_.bytes() + (sampler_has_transitions ? sampler_->bytes() : 0);
}

void Replay::TellSampler() {
  for (int env = 0; env < store_.envs(); ++env) {
    StepRange& told = told_[static_cast<std::size_t>(env)];
    const StepRange now = store_.transitions(env);
    const StepRange evicted{told.begin, std::min(told.end, now.begin)};
    const StepRange appended{std::max(told.end, now.begin), now.end};
    if (evicted.size() > 0) sampler_->Evict(env, evicted);
    if (appended.size() > 0) sampler_->Append(env, appended);
    told = now;
  }
}

void Replay::Draw(RandomStream& random, Batch& batch) {
  assert(CanSample());
  TellSampler();
  sampler_->Draw(told_, random, batch.id, batch.weight);
}

void Replay::UpdatePriorities(std::span<const TransitionId> ids,
                              std::span<const float> priorities) {
  TellSampler();
  sampler_->Update(ids, priorities);
}

SavedReplay Replay::Save() const {
  SavedReplay saved = store_.Save();
  ByteWriter bytes;
  bytes.Write(kMagic);
  bytes.Write(std::string_view(saved.state));
  for (const StepRange& told : told_) {
    bytes.Write(told.begin);
    bytes.Write(told.end);
  }
  bytes.Write(std::string_view(sampler_->Save()));
  saved.state = bytes.SealedText();
  return saved;
}

void Replay::Restore(std::string_view state, int actions, const ReplayStore::ReadSegment& read) {
  ByteReader bytes(Unseal(state, kOrigin), kOrigin);
  if (bytes.ReadString("format") != kMagic) bytes.Refuse("format", "unknown");
  store_.Restore(bytes.ReadString("store"), actions, read);
  for (int env = 0; env < store_.envs(); ++env) {
    StepRange& told = told_[static_cast<std::size_t>(env)];
    told.begin = bytes.Read<std::int64_t>("first transition");
    told.end = bytes.Read<std::int64_t>("end of the transitions");
    const StepRange now = store_.transitions(env);
    if (told.begin < 0 || told.begin > told.end || told.size() > store_.capacity(env) ||
        told.begin > now.begin || told.end > now.end) {
      bytes.Refuse("transitions", "they do not match the store");
    }
  }
  sampler_->Restore(bytes.ReadString("sampler"), told_);
  bytes.ExpectEnd();
}

}  // namespace arcadeq
