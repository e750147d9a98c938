// Reads a configuration file and key=value as for --set. Accepted settings must survive a round
// trip.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/settings.h"
#include "base/settings_file.h"
#include "config/config.h"
#include "fuzz.h"

namespace {

using arcadeq::fuzz::Accepts;

// A resumed run must be able to read the config.toml that the run wrote.
void RequireThatItReadsBack(const arcadeq::Settings& settings) {
  const std::string written = settings.ToToml();
  arcadeq::Config config;
  arcadeq::Settings again = Declare(config);
  arcadeq::fuzz::Require(Accepts([&] { again.LoadTomlText(written, "written"); }));
  arcadeq::fuzz::Require(again.ToToml() == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool is_assignment : {false, true}) {
    arcadeq::Config config;
    arcadeq::Settings settings = Declare(config);
    const bool accepted = Accepts([&] {
      if (is_assignment) {
        settings.SetFromAssignment(text, "--set");
      } else {
        settings.LoadTomlText(text, "input.toml");
      }
    });
    if (!accepted) continue;
    RequireThatItReadsBack(settings);
    Accepts([&] { config.Check(); });
  }
  // What is taken from a file of another version is valid.
  arcadeq::Config config;
  arcadeq::Settings settings = Declare(config);
  Accepts([&] { arcadeq::LoadWhatIsKnown(text, "input.toml", settings); });
  RequireThatItReadsBack(settings);
  return 0;
}
