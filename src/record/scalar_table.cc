#include "record/scalar_table.h"

#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "record/event_file.h"
#include "record/tensorboard_event.pb.h"
#include "record/tfrecord.h"

namespace arcadeq {
namespace {

// Returns false if the record is no event.
bool Add(std::string_view record, ScalarTable& table) {
  tensorboard::Event event;
  if (!event.ParseFromArray(record.data(), static_cast<int>(record.size()))) return false;
  for (const auto& scalar : event.summary().value()) {
    if (!scalar.has_simple_value() || !std::isfinite(scalar.simple_value())) continue;
    table[scalar.tag()].push_back({event.step(), scalar.simple_value()});
  }
  return true;
}

// Returns where the damage begins, if anywhere, as a message.
std::string Add(const std::filesystem::path& file, ScalarTable& table) {
  const std::string content = ReadFile(file);
  const LeadingRecords records = ParseLeadingRecords(content);
  for (const std::string_view record : records.payloads) {
    if (Add(record, table)) continue;
    return fmt::format("{} is damaged at byte {}", file.string(), record.data() - content.data());
  }
  if (!records.damaged) return "";
  return fmt::format("{} is damaged at byte {}", file.string(), records.size);
}

}  // namespace

ScalarTable ReadScalars(const std::filesystem::path& directory,
                        std::vector<std::string>& messages) {
  ScalarTable table;
  for (const std::string& name : ListEventFiles(directory)) {
    try {
      const std::string message = Add(directory / name, table);
      if (!message.empty()) messages.push_back(message + "; what follows is left out");
    } catch (const UserError& error) {
      messages.emplace_back(error.what());
    }
  }
  return table;
}

}  // namespace arcadeq
