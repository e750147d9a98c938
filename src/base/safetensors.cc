#include "base/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

namespace arcadeq {
namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian");

constexpr std::size_t kSizeBytes = 8;                 // the size precedes the header
constexpr std::size_t kMaxHeaderBytes = 100'000'000;  // as in the reference implementation
constexpr std::size_t kMaxDepth = 3;                  // {"tensor": {"shape": [...]}}
constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();
constexpr const char* kMetadata = "__metadata__";

// The number of bytes of a float32 tensor; nothing if it exceeds `limit`. All sizes >= 0.
std::optional<std::uint64_t> CountBytes(const std::vector<std::int64_t>& shape,
                                        std::uint64_t limit) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::uint64_t bytes = sizeof(float);
  for (const std::int64_t size : shape) {
    if (static_cast<std::uint64_t>(size) > limit / bytes) return std::nullopt;
    bytes *= static_cast<std::uint64_t>(size);
  }
  return bytes <= limit ? std::optional(bytes) : std::nullopt;
}

class Reader {
 public:
  Reader(std::string_view content, const std::string& origin)
      : content_(content), origin_(origin) {}

  SafetensorsFile Read() {
    const Json header = ParseHeader();
    SafetensorsFile file;
    for (const auto& [name, entry] : header.items()) {
      if (name == kMetadata) {
        file.metadata = ParseMetadata(entry);
      } else {
        file.tensors[name] = ReadTensor(name, entry);
      }
    }
    CheckThatTensorsFillTheData();
    return file;
  }

 private:
  using Extent = std::pair<std::uint64_t, std::uint64_t>;  // [begin, end) in data_

  template <typename... Args>
  [[noreturn]] void Refuse(fmt::format_string<Args...> format, Args&&... args) const {
    ThrowUserError("{} is damaged or not a safetensors file: {}", origin_,
                   fmt::format(format, std::forward<Args>(args)...));
  }

  // Sets data_ to what follows the header.
  Json ParseHeader() {
    if (content_.size() < kSizeBytes) Refuse("it ends before its header");
    std::uint64_t size = 0;
    std::memcpy(&size, content_.data(), kSizeBytes);
    if (size > kMaxHeaderBytes || size > content_.size() - kSizeBytes) {
      Refuse("its header claims {} bytes, the file has {}", size, content_.size());
    }
    const auto text = content_.substr(kSizeBytes, size);
    data_ = content_.substr(kSizeBytes + size);
    if (!text.starts_with('{')) Refuse("its header is not a JSON object");
    try {
      return ParseStrictly(text);
    } catch (const Json::exception& error) {
      Refuse("its header is not valid JSON ({})", error.what());
    }
  }

  // The parser itself accepts any depth, and takes the last of several equal names.
  Json ParseStrictly(std::string_view text) const {
    std::vector<std::set<std::string>> names;  // of the objects that are open
    std::size_t depth = 0;
    return Json::parse(text, [&](int, Json::parse_event_t event, const Json& parsed) {
      switch (event) {
        case Json::parse_event_t::object_start:
          names.emplace_back();
          [[fallthrough]];
        case Json::parse_event_t::array_start:
          if (++depth > kMaxDepth) Refuse("its header is nested too deeply");
          break;
        case Json::parse_event_t::object_end:
          names.pop_back();
          [[fallthrough]];
        case Json::parse_event_t::array_end:
          --depth;
          break;
        case Json::parse_event_t::key: {
          const auto& name = parsed.get_ref<const std::string&>();
          if (!names.back().insert(name).second) Refuse("its header has \"{}\" twice", name);
          break;
        }
        case Json::parse_event_t::value:
          break;
      }
      return true;
    });
  }

  std::map<std::string, std::string> ParseMetadata(const Json& entry) const {
    if (!entry.is_object()) Refuse("{} is not an object", kMetadata);
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) Refuse("{} of \"{}\" is not text", kMetadata, key);
      metadata[key] = value.get<std::string>();
    }
    return metadata;
  }

  SafetensorsFile::Tensor ReadTensor(const std::string& name, const Json& entry) {
    if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
        !entry.contains("shape") || !entry.contains("data_offsets")) {
      Refuse("tensor \"{}\" needs exactly dtype, shape and data_offsets", name);
    }
    if (entry["dtype"] != "F32") {
      Refuse("tensor \"{}\" has dtype {}, only \"F32\" can be read", name, Dump(entry["dtype"]));
    }
    SafetensorsFile::Tensor tensor{ParseNumbers(name, entry, "shape"), {}};
    const std::vector<std::int64_t> offsets = ParseNumbers(name, entry, "data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1] ||
        static_cast<std::uint64_t>(offsets[1]) > data_.size()) {
      Refuse("tensor \"{}\" has data_offsets {}, the data are {} bytes", name,
             Dump(entry["data_offsets"]), data_.size());
    }
    const auto bytes = static_cast<std::uint64_t>(offsets[1] - offsets[0]);
    if (CountBytes(tensor.shape, bytes) != bytes) {
      Refuse("tensor \"{}\" has shape {}, but {} bytes", name, Dump(entry["shape"]), bytes);
    }
    extents_.emplace_back(offsets[0], offsets[1]);
    tensor.values.resize(bytes / sizeof(float));
    if (bytes > 0) std::memcpy(tensor.values.data(), data_.data() + offsets[0], bytes);
    return tensor;
  }

  // Whole numbers >= 0.
  std::vector<std::int64_t> ParseNumbers(const std::string& name, const Json& entry,
                                         const char* field) const {
    const Json& list = entry[field];
    const auto is_size = [](const Json& number) {
      return number.is_number_unsigned() && number.get<std::uint64_t>() <= kMaxSize;
    };
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), is_size)) {
      Refuse("tensor \"{}\" has {} {}", name, field, Dump(list));
    }
    return list.get<std::vector<std::int64_t>>();
  }

  // Tensors must cover the data exactly, without gaps or overlaps.
  void CheckThatTensorsFillTheData() {
    std::sort(extents_.begin(), extents_.end());
    std::uint64_t end = 0;
    for (const Extent& extent : extents_) {
      if (extent.first != end) Refuse("its tensors overlap or leave gaps at byte {}", end);
      end = extent.second;
    }
    if (end != data_.size()) {
      Refuse("its tensors end at byte {}, the data at {}", end, data_.size());
    }
  }

  // For messages: one line, not too long.
  static std::string Dump(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 80);
  }

  std::string_view content_;
  const std::string& origin_;
  std::string_view data_;
  std::vector<Extent> extents_;
};

std::string MakeHeader(std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  std::uint64_t offset = 0;
  for (const TensorView& tensor : tensors) {
    const std::uint64_t bytes = tensor.values.size_bytes();
    if (tensor.name == kMetadata || header.contains(tensor.name)) {
      throw std::invalid_argument("FormatSafetensors: tensor name used twice: " + tensor.name);
    }
    if (CountBytes(tensor.shape, bytes) != bytes) {
      throw std::invalid_argument("FormatSafetensors: shape and size differ: " + tensor.name);
    }
    header[tensor.name] = {
        {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = JsonText(header);
  text.append((kSizeBytes - text.size() % kSizeBytes) % kSizeBytes, ' ');
  return text;
}

}  // namespace

std::string FormatSafetensors(std::span<const TensorView> tensors,
                              const std::map<std::string, std::string>& metadata) {
  const std::string header = MakeHeader(tensors, metadata);
  const std::uint64_t size = header.size();
  std::string content(reinterpret_cast<const char*>(&size), kSizeBytes);
  content += header;
  for (const TensorView& tensor : tensors) {
    content.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size_bytes());
  }
  return content;
}

SafetensorsFile ParseSafetensors(std::string_view bytes, const std::string& origin) {
  return Reader(bytes, origin).Read();
}

void WriteSafetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                      const std::map<std::string, std::string>& metadata) {
  WriteFileAtomically(path, FormatSafetensors(tensors, metadata));
}

SafetensorsFile ReadSafetensors(const std::filesystem::path& path) {
  return ParseSafetensors(ReadFile(path), path.string());
}

}  // namespace arcadeq
