#include "checkpoint/manifest.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"

namespace arcadeq {
namespace {

using Json = nlohmann::json;
// Keeps the order of its members but searches linearly, so it is not for reading many.
using OrderedJson = nlohmann::ordered_json;

constexpr std::int64_t kFormatVersion = 5;
constexpr std::size_t kMaxNameBytes = 200;

std::string Text(const OrderedJson& json) {
  return JsonText(json, 1) + "\n";
}

// The value of json[key]; nothing unless it has the requested type.
template <typename T>
std::optional<T> Get(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::nullopt;
  if constexpr (std::is_same_v<T, std::string>) {
    if (found->is_string()) return found->template get<std::string>();
  } else {
    constexpr std::uint64_t kMax = std::numeric_limits<T>::max();
    if (found->is_number_unsigned() && found->template get<std::uint64_t>() <= kMax) {
      return found->template get<T>();
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> GetHash(const Json& json, const char* key) {
  const auto text = Get<std::string>(json, key);
  return text ? ParseHash(*text) : std::nullopt;
}

std::optional<FileEntry> ParseFile(const std::string& name, const Json& json) {
  if (!IsCheckpointFileName(name) || !json.is_object()) return std::nullopt;
  const auto size = Get<std::uint64_t>(json, "size");
  const auto hash = GetHash(json, "hash");
  if (!size || !hash) return std::nullopt;
  return FileEntry{name, *size, *hash};
}

// Returns nothing if a field is missing or invalid. Unknown fields are left to the comparison with
// FormatManifest().
std::optional<Manifest> ParseFields(const Json& json) {
  const auto step = Get<std::int64_t>(json, "step");
  const auto game = Get<std::string>(json, "game");
  const auto program = Get<std::string>(json, "program_version");
  const auto settings = GetHash(json, "settings_hash");
  const auto files = json.find("files");
  if (!step || !game || !program || !settings) return std::nullopt;
  if (files == json.end() || !files->is_object()) return std::nullopt;
  Manifest manifest{{*step, *game, *program, *settings}, {}};
  for (const auto& [name, entry] : files->items()) {
    const auto file = ParseFile(name, entry);
    if (!file) return std::nullopt;
    manifest.files.emplace(name, *file);
  }
  return manifest;
}

}  // namespace

bool IsCheckpointFileName(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '.' &&
         name != kManifestFile && std::ranges::all_of(name, is_allowed);
}

std::string FormatManifest(const Manifest& manifest) {
  OrderedJson files = OrderedJson::object();
  auto& members = files.get_ref<OrderedJson::object_t&>();
  members.reserve(manifest.files.size());
  for (const auto& [name, file] : manifest.files) {
    members.emplace_back(name, OrderedJson{{"size", file.size}, {"hash", HashText(file.hash)}});
  }
  OrderedJson json = {{"format_version", kFormatVersion},
                      {"program_version", manifest.info.program_version},
                      {"step", manifest.info.step},
                      {"game", manifest.info.game},
                      {"settings_hash", HashText(manifest.info.settings_hash)},
                      {"files", std::move(files)}};
  Hash hash;
  hash.Add(Text(json));
  json["manifest_hash"] = HashText(hash.value());
  return Text(json);
}

Manifest ParseManifest(std::string_view text, const std::string& origin) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) ThrowUserError("{} is damaged: not a JSON object", origin);
  const auto version = Get<std::int64_t>(json, "format_version");
  if (!version) ThrowUserError("{} is damaged: no format_version", origin);
  if (*version != kFormatVersion) {
    ThrowUserError(
        "{} has format {}, but this program reads format {}: use the program that wrote it", origin,
        *version, kFormatVersion);
  }
  const std::optional<Manifest> manifest = ParseFields(json);
  if (!manifest || FormatManifest(*manifest) != text) {
    ThrowUserError("{} is damaged: its content does not match its hash", origin);
  }
  return *manifest;
}

}  // namespace arcadeq
