#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "nn/network.h"

namespace arcadeq {

// The key in a weights file's metadata that names the game of the weights.
inline constexpr const char* kGameKey = "game";
// The key of the step at which they were written.
inline constexpr const char* kStepKey = "step";

// The content of a safetensors file with a network's parameters, under PyTorch's names and shapes.
// Adds a hash of them to the metadata. Throws UserError, naming `file` and the tensor, if a value
// is not finite, as no network can use it.
std::string ExportWeights(const std::string& file, const Network& network,
                          const Network::Parameters& parameters,
                          std::map<std::string, std::string> metadata);

// Imports the content of such a file, named `origin`, into `parameters`. Throws UserError if it is
// damaged, belongs to a different network or holds a value that is not finite. Files from other
// programs have no hash, so damage to their values goes unnoticed.
void ImportWeights(std::string_view content, const std::string& origin, const Network& network,
                   Network::Parameters& parameters);
// Also refuses weights of a game other than `game`: two games may have the same number of actions,
// but the weights of one mean nothing in the other. Accepts a file that names no game. Returns the
// step at which the weights were written, if the file states it: those of other programs do not.
std::optional<std::int64_t> LoadWeights(const std::filesystem::path& file, const std::string& game,
                                        const Network& network, Network::Parameters& parameters);

}  // namespace arcadeq
