#include "evaluate/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/plausible.h"
#include "base/safetensors.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

constexpr const char* kHashKey = "arcadeq_hash";

// Covers the names and values, whatever their order.
std::string HashOf(const std::vector<Network::NamedTensor>& tensors) {
  std::map<std::string_view, std::span<const float>> by_name;
  for (const auto& tensor : tensors) by_name.emplace(tensor.name, tensor.values);
  Hash hash;
  for (const auto& [name, values] : by_name) {
    hash.Add(name);
    hash.Add(values);
  }
  return HashText(hash.value());
}

void CheckFinite(const std::string& file, const std::vector<Network::NamedTensor>& tensors) {
  for (const auto& tensor : tensors) {
    const auto bad =
        std::ranges::find_if_not(tensor.values, [](float x) { return std::isfinite(x); });
    if (bad == tensor.values.end()) continue;
    ThrowUserError("{}: tensor {} holds {}, which is not a finite number", file, tensor.name, *bad);
  }
}

void Import(SafetensorsFile file, const std::string& origin, const Network& network,
            Network::Parameters& parameters) {
  std::vector<Network::NamedTensor> tensors;
  tensors.reserve(file.tensors.size());
  for (auto& [name, tensor] : file.tensors) {
    tensors.push_back({name, std::move(tensor.shape), std::move(tensor.values)});
  }
  if (const auto hash = file.metadata.find(kHashKey);
      hash != file.metadata.end() && hash->second != HashOf(tensors)) {
    ThrowUserError("{} is damaged: its hash does not match its values", origin);
  }
  CheckFinite(origin, tensors);
  try {
    network.Import(tensors, parameters);
  } catch (const UserError& error) {
    ThrowUserError("{}: {}", origin, error.what());
  }
}

std::optional<std::int64_t> StepOf(const SafetensorsFile& weights) {
  const auto found = weights.metadata.find(kStepKey);
  std::int64_t step = 0;
  if (found == weights.metadata.end() || !ParseDecimal(found->second, step) ||
      !IsPlausibleAmount(step)) {
    return std::nullopt;
  }
  return step;
}

}  // namespace

std::string ExportWeights(const std::string& file, const Network& network,
                          const Network::Parameters& parameters,
                          std::map<std::string, std::string> metadata) {
  const auto tensors = network.Export(parameters);
  CheckFinite(file, tensors);
  std::vector<TensorView> views;
  views.reserve(tensors.size());
  for (const auto& tensor : tensors) views.push_back({tensor.name, tensor.shape, tensor.values});
  metadata[kHashKey] = HashOf(tensors);
  return FormatSafetensors(views, metadata);
}

void ImportWeights(std::string_view content, const std::string& origin, const Network& network,
                   Network::Parameters& parameters) {
  Import(ParseSafetensors(content, origin), origin, network, parameters);
}

std::optional<std::int64_t> LoadWeights(const std::filesystem::path& file, const std::string& game,
                                        const Network& network, Network::Parameters& parameters) {
  const std::string origin = file.string();
  SafetensorsFile weights = ReadSafetensors(file);
  const auto learnt = weights.metadata.find(kGameKey);
  if (learnt != weights.metadata.end() && learnt->second != game) {
    ThrowUserError(
        "{} holds weights of {}, but this run's game is {}; to use them anyway, save them without "
        "\"{}\" in their metadata",
        origin, learnt->second, game, kGameKey);
  }
  const std::optional<std::int64_t> step = StepOf(weights);
  Import(std::move(weights), origin, network, parameters);
  return step;
}

}  // namespace arcadeq
