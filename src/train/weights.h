#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "nn/network.h"

namespace arcadeq {

// A network's parameters as a safetensors file, whole, with PyTorch's names and shapes; the
// metadata gains a hash of them.
std::string ExportWeights(const Network& network, const Network::Parameters& parameters,
                          std::map<std::string, std::string> metadata);

// Puts the content of such a file, which is named `origin`, into `parameters`. Throws
// UserError if it is damaged or of another network; files of other programs have no hash, and
// damage to their values is not seen.
void ImportWeights(std::string_view content, const std::string& origin, const Network& network,
                   Network::Parameters& parameters);
void LoadWeights(const std::filesystem::path& file, const Network& network,
                 Network::Parameters& parameters);

}  // namespace arcadeq
