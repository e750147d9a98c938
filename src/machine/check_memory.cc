#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/memory.h"
#include "base/quantity_text.h"
#include "machine/checks.h"
#include "machine/section.h"

namespace arcadeq {
namespace {

// Enough for every preset: a replay of a million frames takes up to 0.9 GB.
constexpr std::int64_t kComfortable = 1'500'000'000;

nlohmann::ordered_json ToJson(std::optional<std::int64_t> bytes) {
  return bytes ? nlohmann::ordered_json(*bytes) : nlohmann::ordered_json(nullptr);
}

}  // namespace

Section CheckMemory(const MemoryLimits& limits, std::int64_t available) {
  Section section{"memory", "Memory"};
  const bool known = available < std::numeric_limits<std::int64_t>::max();
  if (limits.machine) section.Add("machine", FormatBytes(*limits.machine));
  if (limits.control_group && (!limits.machine || *limits.control_group < *limits.machine)) {
    section.Add("control group", fmt::format("allows {}", FormatBytes(*limits.control_group)));
  }
  if (limits.address_space) {
    section.Add("address space", fmt::format("limited to {}", FormatBytes(*limits.address_space)));
  }
  if (!known) {
    section.Add("available", "unknown");
  } else if (available < kComfortable) {
    section.Warn("available", FormatBytes(available),
                 "end other programs or raise the limit above; a run that does not fit says so");
  } else {
    section.Add("available", FormatBytes(available));
  }
  section.data = {{"machine_bytes", ToJson(limits.machine)},
                  {"control_group_bytes", ToJson(limits.control_group)},
                  {"address_space_bytes", ToJson(limits.address_space)},
                  {"available_bytes", ToJson(known ? std::optional(available) : std::nullopt)}};
  return section;
}

}  // namespace arcadeq
