#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// The safetensors format: an 8-byte little-endian header size, a JSON header, raw tensors. Readable
// from Python with safetensors.numpy.load_file; nothing in it can run code. float32 tensors only.

struct TensorView {
  std::string name;
  std::vector<std::int64_t> shape;
  std::span<const float> values;  // row by row
};

struct SafetensorsFile {
  struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

// The bytes of a file.
std::string FormatSafetensors(std::span<const TensorView> tensors,
                              const std::map<std::string, std::string>& metadata);

// Throws UserError, naming `origin`, if the bytes are truncated or anything in the header
// contradicts their size. Checks sizes before it uses them.
SafetensorsFile ParseSafetensors(std::string_view bytes, const std::string& origin);

// Written atomically. Throws UserError if the file cannot be written.
void WriteSafetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                      const std::map<std::string, std::string>& metadata);

// Throws UserError, naming the file, if it is missing or as for ParseSafetensors().
SafetensorsFile ReadSafetensors(const std::filesystem::path& path);

}  // namespace arcadeq
