// Reads serialised state as an arbitrary sequence of types. Each value must come from the input and
// take no more memory than the input.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "fuzz.h"

namespace {

void ReadValue(arcadeq::ByteReader& reader, std::uint8_t type) {
  switch (type % 7) {
    case 0:
      reader.Read<std::uint8_t>("byte");
      break;
    case 1:
      reader.Read<std::int64_t>("integer");
      break;
    case 2:
      reader.Read<double>("number");
      break;
    case 3:
      reader.Read<bool>("flag");
      break;
    case 4:
      reader.ReadString("text");
      break;
    case 5:
      reader.ReadVector<std::uint32_t>("vector");
      break;
    default: {
      std::uint16_t values[2] = {};
      reader.ReadInto(std::span(values), "values");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  arcadeq::fuzz::Input input(data, size);
  const std::string_view types = input.Text(input.Byte());
  const std::string_view state = input.Rest();
  arcadeq::ByteReader reader(std::as_bytes(std::span(state)), "input");
  arcadeq::fuzz::Accepts([&] {
    for (const char type : types) {
      const std::size_t before = reader.remaining();
      ReadValue(reader, static_cast<std::uint8_t>(type));
      arcadeq::fuzz::Require(reader.remaining() < before);
    }
    reader.ExpectEnd();
  });
  return 0;
}
