#include "replay/proportional_sampler.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/choice.h"
#include "base/random.h"
#include "base/settings.h"
#include "replay/sampler.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

// Of a transition in the replay, to the power of alpha.
bool IsPriority(double value) {
  return std::isfinite(value) && value > 0;
}

}  // namespace

void ProportionalConfig::Declare(Settings& settings) {
  settings.Add("replay.priority_exponent", &priority_exponent, 0, 1,
               "Proportional sampler: power of the absolute TD error to which a transition's "
               "probability is proportional; 0: uniform");
  settings.Add(
      "replay.importance_exponent", &importance_exponent, 0, 1,
      "Proportional sampler: exponent of the importance-sampling weights; 0: no correction "
      "of the probabilities, 1: full correction");
}

ProportionalSampler::ProportionalSampler(const ProportionalConfig& config,
                                         const std::vector<std::int64_t>& capacities)
    : config_(config) {
  std::size_t transitions = 0;
  for (const std::int64_t capacity : capacities) {
    rings_.push_back({transitions, capacity, {}});
    transitions += static_cast<std::size_t>(capacity);
  }
  leaves_ = std::bit_ceil(transitions);
}

std::int64_t ProportionalSampler::bytes() const {
  return static_cast<std::int64_t>(2 * leaves_ * sizeof(sums_[0]));
}

void ProportionalSampler::Allocate() {
  sums_.resize(2 * leaves_);
}

void ProportionalSampler::Append(int env, StepRange steps) {
  Allocate();
  Ring& ring = rings_[env];
  if (ring.steps.size() == 0) ring.steps.begin = steps.begin;
  ring.steps.end = steps.end;
  for (std::int64_t step = steps.begin; step < steps.end; ++step) {
    Set(Leaf({env, step}), greatest_);
  }
}

void ProportionalSampler::Evict(int env, StepRange steps) {
  for (std::int64_t step = steps.begin; step < steps.end; ++step) Set(Leaf({env, step}), 0);
  rings_[env].steps.begin = steps.end;
}

void ProportionalSampler::Draw(std::span<const StepRange> drawable, RandomStream& random,
                               std::span<TransitionId> ids, std::span<float> weights) {
  double count = 0;
  for (const StepRange& steps : drawable) count += static_cast<double>(steps.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    double left = random.Uniform() * total();
    std::size_t node = 1;
    while (node < leaves_) {
      node *= 2;
      // Rounding errors must not select an empty leaf.
      if (left < sums_[node] || sums_[node + 1] == 0) continue;
      left -= sums_[node++];
    }
    ids[i] = IdAt(node - leaves_);
    const double probability = sums_[node] / total();
    weights[i] = static_cast<float>(std::pow(count * probability, -config_.importance_exponent));
  }
  const float greatest = *std::ranges::max_element(weights);
  for (float& weight : weights) weight /= greatest;
}

void ProportionalSampler::Update(std::span<const TransitionId> ids,
                                 std::span<const float> priorities) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!rings_[ids[i].env].steps.Contains(ids[i].step) || !std::isfinite(priorities[i])) continue;
    const double value =
        std::pow(static_cast<double>(priorities[i]) + 1e-6, config_.priority_exponent);
    greatest_ = std::max(greatest_, value);
    Set(Leaf(ids[i]), value);
  }
}

std::string ProportionalSampler::Save() const {
  ByteWriter bytes;
  bytes.Write(greatest_);
  if (sums_.empty()) {
    bytes.Write(std::span<const double>(std::vector<double>(leaves_)));
  } else {
    bytes.Write(std::span(sums_).subspan(leaves_));
  }
  return bytes.text();
}

void ProportionalSampler::Restore(std::string_view state, std::span<const StepRange> drawable) {
  Allocate();
  ByteReader bytes(state, "the sampler's state");
  greatest_ = bytes.Read<double>("greatest priority");
  if (!IsPriority(greatest_)) bytes.Refuse("greatest priority", "not a positive number");
  bytes.ReadInto(std::span(sums_).subspan(leaves_), "priorities");
  bytes.ExpectEnd();
  for (std::size_t env = 0; env < rings_.size(); ++env) rings_[env].steps = drawable[env];
  for (std::size_t leaf = 0; leaf < leaves_; ++leaf) {
    const double value = sums_[leaves_ + leaf];
    if (Holds(leaf) ? !IsPriority(value) : value != 0) {
      bytes.Refuse("priorities", "they do not match the transitions");
    }
  }
  for (std::size_t node = leaves_ - 1; node > 0; --node) {
    sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
  }
}

double ProportionalSampler::weight(TransitionId id) const {
  if (!rings_[id.env].steps.Contains(id.step)) return 0;
  return sums_[leaves_ + Leaf(id)];
}

std::size_t ProportionalSampler::Leaf(TransitionId id) const {
  const Ring& ring = rings_[id.env];
  return ring.first + static_cast<std::size_t>(id.step % ring.capacity);
}

TransitionId ProportionalSampler::IdAt(std::size_t leaf) const {
  const auto after = std::ranges::upper_bound(rings_, leaf, {}, &Ring::first);
  const Ring& ring = *std::prev(after);
  const std::int64_t oldest = ring.steps.begin % ring.capacity;
  const auto place = static_cast<std::int64_t>(leaf - ring.first);
  return {static_cast<std::int32_t>(std::distance(rings_.begin(), after) - 1),
          ring.steps.begin + (place - oldest + ring.capacity) % ring.capacity};
}

bool ProportionalSampler::Holds(std::size_t leaf) const {
  const Ring& last = rings_.back();
  if (leaf >= last.first + static_cast<std::size_t>(last.capacity)) return false;
  const TransitionId id = IdAt(leaf);
  return rings_[id.env].steps.Contains(id.step);
}

void ProportionalSampler::Set(std::size_t leaf, double value) {
  std::size_t node = leaves_ + leaf;
  sums_[node] = value;
  while ((node /= 2) > 0) sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
}

KindPointer<SamplerMaker> ProportionalSamplerKind() {
  return std::make_unique<KindOf<SamplerMaker, ProportionalConfig, ProportionalSampler>>();
}

}  // namespace arcadeq
