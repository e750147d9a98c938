#include "evaluate/stacked_env.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "env/env_config.h"

namespace arcadeq {
std::vector<StackedEnv> MakeStackedEnvs(const EnvConfig& config, std::uint64_t seed,
                                        std::string_view stream, int count) {
  std::vector<StackedEnv> envs;
  envs.reserve(static_cast<std::size_t>(count));
  for (const RandomStream& random : SplitStreams(seed, stream, 0, count)) {
    envs.emplace_back(config, random);
  }
  return envs;
}

std::vector<std::vector<StackedEnv>> SplitIntoGroups(std::vector<StackedEnv> envs, int groups) {
  const int count = static_cast<int>(envs.size());
  groups = std::min(groups, count);
  std::vector<std::vector<StackedEnv>> split;
  split.reserve(static_cast<std::size_t>(groups));
  for (int group = 0; group < groups; ++group) {
    split.emplace_back(std::make_move_iterator(envs.begin() + count * group / groups),
                       std::make_move_iterator(envs.begin() + count * (group + 1) / groups));
  }
  return split;
}

}  // namespace arcadeq
