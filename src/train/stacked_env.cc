#include "train/stacked_env.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace arcadeq {

RandomStream MakeNumberedStream(std::uint64_t seed, std::string_view stream, std::int64_t number) {
  const std::string name(stream);
  return RandomStream(seed, number == 0 ? name : name + "/" + std::to_string(number));
}

std::vector<StackedEnv> MakeStackedEnvs(const EnvConfig& config, std::uint64_t seed,
                                        std::string_view stream, int count) {
  std::vector<StackedEnv> envs;
  for (int i = 0; i < count; ++i) envs.emplace_back(config, MakeNumberedStream(seed, stream, i));
  return envs;
}

std::vector<RandomStream> MakeEnvStreams(std::uint64_t seed, std::string_view stream, int first,
                                         int count) {
  std::vector<RandomStream> streams;
  for (int i = first; i < first + count; ++i)
    streams.push_back(MakeNumberedStream(seed, stream, i));
  return streams;
}

std::vector<std::vector<StackedEnv>> SplitIntoGroups(std::vector<StackedEnv> envs, int groups) {
  const int count = static_cast<int>(envs.size());
  groups = std::min(groups, count);
  std::vector<std::vector<StackedEnv>> split;
  for (int group = 0; group < groups; ++group) {
    split.emplace_back(std::make_move_iterator(envs.begin() + count * group / groups),
                       std::make_move_iterator(envs.begin() + count * (group + 1) / groups));
  }
  return split;
}

}  // namespace arcadeq
