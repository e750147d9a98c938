#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "nn/network.h"

namespace arcadeq {

// The key of the metadata of a weights file that names the game they were learnt in.
inline constexpr const char* kGameKey = "game";

// A network's parameters as a safetensors file, whole, with PyTorch's names and shapes; the
// metadata gains a hash of them. Throws UserError, naming `file` and the tensor, if a value is not
// finite: no network computes with that.
std::string ExportWeights(const std::string& file, const Network& network,
                          const Network::Parameters& parameters,
                          std::map<std::string, std::string> metadata);

// Puts the content of such a file, which is named `origin`, into `parameters`. Throws
// UserError if it is damaged, of another network or holds a value that is not finite; files of
// other programs have no hash, and damage to their values is not seen.
void ImportWeights(std::string_view content, const std::string& origin, const Network& network,
                   Network::Parameters& parameters);
// Refuses weights of another game than `game` too: two games may have the same number of actions,
// and weights of one mean nothing in the other. A file that names no game is taken for any.
void LoadWeights(const std::filesystem::path& file, const std::string& game, const Network& network,
                 Network::Parameters& parameters);

}  // namespace arcadeq
