#include "base/state.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/plausible.h"
#include "base/random.h"

namespace arcadeq {

void State::Flag(std::string_view name, bool& value) {
  std::uint8_t byte = value ? 1 : 0;
  Value(name, byte);
  if (byte > 1) Refuse(name, "neither true nor false");
  value = byte == 1;
}

void State::Stream(std::string_view name, RandomStream& stream) {
  RandomStream::State words = stream.state();
  Values(name, std::span(words));
  if (words == RandomStream::State{}) Refuse(name, "an all-zero stream");
  stream.set_state(words);
}

void State::Count(std::string_view name, std::int64_t& count) {
  Value(name, count);
  if (count < 0) Refuse(name, "negative");
  if (count > kMostPlausible) Refuse(name, "more than a run can count");
}

void StateWriter::Refuse(std::string_view name, std::string_view why) const {
  throw std::logic_error(fmt::format("saving {}: {}", FullName(name), why));
}

void StateWriter::Transfer(std::string_view name, std::span<std::byte> data) {
  bytes_.Write(std::string_view(FullName(name)));
  bytes_.Write(std::string_view(reinterpret_cast<const char*>(data.data()), data.size()));
}

void StateWriter::Text(std::string_view name, std::string& text) {
  bytes_.Write(std::string_view(FullName(name)));
  bytes_.Write(std::string_view(text));
}

StateReader::StateReader(std::string_view bytes, std::string origin) : origin_(std::move(origin)) {
  ByteReader reader(bytes, origin_);
  while (reader.remaining() > 0) {
    std::string name = reader.ReadString("name");
    const bool added = values_.emplace(name, reader.ReadString(name)).second;
    if (!added) reader.Refuse(name, "duplicate");
  }
}

void StateReader::Refuse(std::string_view name, std::string_view why) const {
  ThrowUserError("{} is damaged: {}: {}", origin_, FullName(name), why);
}

std::string StateReader::Take(std::string_view name) {
  const auto value = values_.find(FullName(name));
  if (value == values_.end()) Refuse(name, "missing");
  std::string bytes = std::move(value->second);
  values_.erase(value);
  return bytes;
}

void StateReader::Transfer(std::string_view name, std::span<std::byte> data) {
  const std::string bytes = Take(name);
  if (bytes.size() != data.size()) {
    Refuse(name, fmt::format("{} bytes, expected {}", bytes.size(), data.size()));
  }
  if (!bytes.empty()) std::memcpy(data.data(), bytes.data(), bytes.size());
}

void StateReader::Text(std::string_view name, std::string& text) {
  text = Take(name);
}

void StateReader::ExpectAllRead() const {
  if (!values_.empty()) {
    ThrowUserError("{} is damaged: {}: unknown", origin_, values_.begin()->first);
  }
}

}  // namespace arcadeq
