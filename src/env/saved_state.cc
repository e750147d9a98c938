#include "env/saved_state.h"

#include <xxhash.h>

#include "base/error.h"

namespace arcadeq {
namespace {

constexpr std::string_view kMagic = "arcadeq env 1\n";

std::uint64_t Checksum(std::string_view body) {
  return XXH3_64bits(body.data(), body.size());
}

}  // namespace

void StateWriter::AddBytes(std::string_view bytes) {
  Add(static_cast<std::uint64_t>(bytes.size()));
  body_ += bytes;
}

std::string StateWriter::Finish() const {
  const std::uint64_t checksum = Checksum(body_);
  std::string bytes(kMagic);
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return bytes + body_;
}

StateReader::StateReader(std::string_view subject, std::string_view bytes)
    : subject_(subject), rest_(bytes) {
  if (TakeRaw(kMagic.size()) != kMagic) {
    ThrowUserError("not the state of an environment, or of another version");
  }
  if (const auto checksum = Take<std::uint64_t>(); checksum != Checksum(rest_)) {
    ThrowUserError("the state of {} is damaged: its checksum is wrong", subject_);
  }
  if (const std::string_view found = TakeBytes(); found != subject_) {
    ThrowUserError("this is the state of {}, not of {}", found, subject_);
  }
}

std::string_view StateReader::TakeBytes() {
  return TakeRaw(Take<std::uint64_t>());
}

std::string_view StateReader::TakeRaw(std::uint64_t size) {
  if (size > rest_.size()) {
    ThrowUserError("the state of {} is damaged: it ends too early", subject_);
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

void StateReader::Finish() const {
  if (!rest_.empty()) {
    ThrowUserError("the state of {} is damaged: {} bytes too many", subject_, rest_.size());
  }
}

}  // namespace arcadeq
