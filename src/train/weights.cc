#include "train/weights.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/safetensors.h"

namespace arcadeq {

std::string ExportWeights(const QNetwork& network, std::span<const float> parameters,
                          const std::map<std::string, std::string>& metadata) {
  const auto tensors = network.Export(parameters);
  std::vector<TensorView> views;
  for (const auto& tensor : tensors) views.push_back({tensor.name, tensor.shape, tensor.values});
  return FormatSafetensors(views, metadata);
}

void ImportWeights(std::string_view content, const std::string& origin, const QNetwork& network,
                   std::span<float> parameters) {
  SafetensorsFile file = ParseSafetensors(content, origin);
  std::vector<QNetwork::NamedTensor> tensors;
  for (auto& [name, tensor] : file.tensors) {
    tensors.push_back({name, std::move(tensor.shape), std::move(tensor.values)});
  }
  try {
    network.Import(tensors, parameters);
  } catch (const UserError& error) {
    ThrowUserError("{}: {}", origin, error.what());
  }
}

void LoadWeights(const std::filesystem::path& file, const QNetwork& network,
                 std::span<float> parameters) {
  ImportWeights(ReadFile(file), file.string(), network, parameters);
}

}  // namespace arcadeq
