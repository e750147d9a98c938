#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "nn/network.h"

namespace arcadeq {

// A network's parameters as a safetensors file, whole, with PyTorch's names and shapes.
std::string ExportWeights(const QNetwork& network, std::span<const float> parameters,
                          const std::map<std::string, std::string>& metadata);

// Puts the content of such a file, which is named `origin`, into a parameter buffer. Throws
// UserError if it is damaged or of another network.
void ImportWeights(std::string_view content, const std::string& origin, const QNetwork& network,
                   std::span<float> parameters);
void LoadWeights(const std::filesystem::path& file, const QNetwork& network,
                 std::span<float> parameters);

}  // namespace arcadeq
