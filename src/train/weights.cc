#include "train/weights.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/safetensors.h"

namespace arcadeq {
namespace {

constexpr const char* kHashKey = "arcadeq_hash";

// Of the names and values, whatever their order.
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

}  // namespace

std::string ExportWeights(const Network& network, const Network::Parameters& parameters,
                          std::map<std::string, std::string> metadata) {
  const auto tensors = network.Export(parameters);
  std::vector<TensorView> views;
  for (const auto& tensor : tensors) views.push_back({tensor.name, tensor.shape, tensor.values});
  metadata[kHashKey] = HashOf(tensors);
  return FormatSafetensors(views, metadata);
}

void ImportWeights(std::string_view content, const std::string& origin, const Network& network,
                   Network::Parameters& parameters) {
  SafetensorsFile file = ParseSafetensors(content, origin);
  std::vector<Network::NamedTensor> tensors;
  for (auto& [name, tensor] : file.tensors) {
    tensors.push_back({name, std::move(tensor.shape), std::move(tensor.values)});
  }
  if (const auto hash = file.metadata.find(kHashKey);
      hash != file.metadata.end() && hash->second != HashOf(tensors)) {
    ThrowUserError("{} is damaged: its values are not those that were written", origin);
  }
  try {
    network.Import(tensors, parameters);
  } catch (const UserError& error) {
    ThrowUserError("{}: {}", origin, error.what());
  }
}

void LoadWeights(const std::filesystem::path& file, const Network& network,
                 Network::Parameters& parameters) {
  ImportWeights(ReadFile(file), file.string(), network, parameters);
}

}  // namespace arcadeq
