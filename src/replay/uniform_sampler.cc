// Uniform sampling (Mnih et al. 2015): every transition is as likely as any other.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/choice.h"
#include "base/random.h"
#include "replay/sampler.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

class UniformSampler final : public Sampler {
 public:
  explicit UniformSampler(const std::vector<std::int64_t>&) {}

  // One random number per transition: its position among all of them, ordered by environment and
  // step.
  void Draw(std::span<const StepRange> drawable, RandomStream& random, std::span<TransitionId> ids,
            std::span<float> weights) override {
    std::int64_t total = 0;
    for (const StepRange& steps : drawable) total += steps.size();
    for (TransitionId& id : ids) {
      auto k = static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(total)));
      std::int32_t env = 0;
      for (; k >= drawable[env].size(); ++env) k -= drawable[env].size();
      id = {env, drawable[env].begin + k};
    }
    std::ranges::fill(weights, 1.0f);
  }
};

}  // namespace

KindPointer<SamplerMaker> UniformSamplerKind() {
  return std::make_unique<KindOf<SamplerMaker, NoSettings, UniformSampler>>();
}

}  // namespace arcadeq
