// Parses a weights file. Accepted content must survive a round trip.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/safetensors.h"
#include "fuzz.h"

namespace {

using arcadeq::SafetensorsFile;

std::string Format(const SafetensorsFile& file) {
  std::vector<arcadeq::TensorView> tensors;
  tensors.reserve(file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) {
    tensors.push_back({name, tensor.shape, tensor.values});
  }
  return arcadeq::FormatSafetensors(tensors, file.metadata);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  SafetensorsFile file;
  if (arcadeq::fuzz::Accepts([&] { file = arcadeq::ParseSafetensors(bytes, "input"); })) {
    const std::string written = Format(file);
    arcadeq::fuzz::Require(Format(arcadeq::ParseSafetensors(written, "written")) == written);
  }
  return 0;
}
