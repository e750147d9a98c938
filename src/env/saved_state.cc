#include "env/saved_state.h"

#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/random.h"

namespace arcadeq {
namespace {

constexpr std::string_view kVersion = "arcadeq env 1";

}  // namespace

ByteWriter BeginState(std::string_view subject, const RandomStream& random) {
  ByteWriter state;
  state.Write(kVersion);
  state.Write(subject);
  state.Write(std::span(random.state()));
  return state;
}

ByteReader OpenState(std::string_view sealed, std::string_view subject,
                     RandomStream::State& random) {
  const std::string origin = fmt::format("the state of {}", subject);
  ByteReader state(Unseal(sealed, origin), origin);
  if (state.ReadString("version") != kVersion) state.Refuse("version", "unknown");
  if (const std::string found = state.ReadString("subject"); found != subject) {
    ThrowUserError("this is the state of {}, not of {}", found, subject);
  }
  state.ReadInto(std::span(random), "random stream");
  return state;
}

}  // namespace arcadeq
