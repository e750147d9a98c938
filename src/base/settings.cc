#include "base/settings.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/ranges.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/file.h"
#include "base/nearest_names.h"
#include "base/toml.h"
#include "base/toml_settings.h"

namespace arcadeq {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

bool ParseIntRange(std::string_view text, IntRange& range) {
  const std::size_t dash = text.find('-', 1);
  if (dash == std::string_view::npos) {
    if (!ParseDecimal(text, range.low)) return false;
    range.high = range.low;
    return true;
  }
  return ParseDecimal(text.substr(0, dash), range.low) &&
         ParseDecimal(text.substr(dash + 1), range.high) && range.low <= range.high;
}

std::string IntRangeText(const IntRange& range) {
  return range.low == range.high ? fmt::format("{}", range.low)
                                 : fmt::format("{}-{}", range.low, range.high);
}

// Assigns `text` to the field if it has the field's type and is within its range.
bool Assign(const Settings::IntField& field, std::string_view text) {
  std::int64_t value = 0;
  if (!ParseDecimal(text, value) || value < field.min || value > field.max) return false;
  *field.value = value;
  return true;
}

bool Assign(const Settings::IntRangeField& field, std::string_view text) {
  IntRange value;
  if (!ParseIntRange(text, value) || value.low < field.min || value.high > field.max) return false;
  *field.value = value;
  return true;
}

bool Assign(const Settings::DoubleField& field, std::string_view text) {
  double value = 0;
  if (!ParseDecimal(text, value) || value < field.min || value > field.max) return false;
  *field.value = value;
  return true;
}

bool Assign(const Settings::BoolField& field, std::string_view text) {
  if (text != "true" && text != "false") return false;
  *field.value = text == "true";
  return true;
}

bool Assign(const Settings::TextField& field, std::string_view text) {
  if (!field.choices.empty() && std::ranges::find(field.choices, text) == field.choices.end()) {
    return false;
  }
  *field.value = text;
  return true;
}

}  // namespace

void Settings::AddField(std::string key, decltype(Setting::field) field, std::string help) {
  if (std::ranges::find(settings_, key, &Setting::key) != settings_.end()) {
    throw std::logic_error("Settings: " + key + " is declared twice");
  }
  settings_.push_back({std::move(key), std::move(field), std::move(help)});
}

void Settings::Add(std::string key, std::int64_t* value, std::int64_t min, std::int64_t max,
                   std::string help) {
  AddField(std::move(key), IntField{value, min, max}, std::move(help));
}

void Settings::Add(std::string key, IntRange* value, std::int64_t min, std::int64_t max,
                   std::string help) {
  AddField(std::move(key), IntRangeField{value, min, max}, std::move(help));
}

void Settings::Add(std::string key, double* value, double min, double max, std::string help) {
  AddField(std::move(key), DoubleField{value, min, max}, std::move(help));
}

void Settings::Add(std::string key, bool* value, std::string help) {
  AddField(std::move(key), BoolField{value}, std::move(help));
}

void Settings::Add(std::string key, std::string* value, std::vector<std::string> choices,
                   std::string help) {
  AddField(std::move(key), TextField{value, std::move(choices)}, std::move(help));
}

const Settings::Setting& Settings::Find(std::string_view key, std::string_view origin) const {
  const auto found = std::ranges::find(settings_, key, &Setting::key);
  if (found != settings_.end()) return *found;
  std::vector<std::string> keys;
  keys.reserve(settings_.size());
  for (const Setting& setting : settings_) keys.push_back(setting.key);
  ThrowUserError("{}: unknown key {}; the nearest is {}", origin, key,
                 fmt::join(NearestNames(keys, key, 1), ""));
}

void Settings::Set(std::string_view key, std::string_view text, std::string_view origin) {
  const Setting& setting = Find(key, origin);
  if (!TomlHolds(text)) ThrowUserError("{}: {}: expected text in UTF-8", origin, key);
  if (std::ranges::count(text, '.') > kMaxDotsInALine) {
    ThrowUserError("{}: {}: expected text with at most {} dots", origin, key, kMaxDotsInALine);
  }
  const bool assigned =
      std::visit([&](const auto& field) { return Assign(field, text); }, setting.field);
  if (!assigned) {
    ThrowUserError("{}: {} = {}: expected {}", origin, key, text, RangeText(setting));
  }
}

void Settings::SetFromAssignment(std::string_view assignment, std::string_view origin) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    ThrowUserError("{}: '{}': expected key=value", origin, assignment);
  }
  Set(assignment.substr(0, equals), assignment.substr(equals + 1), origin);
}

std::size_t Settings::LoadToml(const std::filesystem::path& path) {
  return LoadTomlText(ReadFile(path), path.string());
}

std::size_t Settings::LoadTomlText(std::string_view text, std::string_view origin) {
  const auto assignments = ReadAssignments(*this, ParseToml(text, origin), origin);
  for (const auto& [key, value, place] : assignments) Set(key, value, place);
  return assignments.size();
}

std::string Settings::ToToml() const {
  std::string toml;
  std::string_view group;
  for (const Setting& setting : settings_) {
    const std::string_view key = setting.key;
    const std::size_t dot = key.find('.');
    if (key.substr(0, dot) != group) {
      group = key.substr(0, dot);
      toml += fmt::format("{}[{}]\n", toml.empty() ? "" : "\n", group);
    }
    toml += fmt::format("# {} ({})\n{} = {}\n", setting.help, RangeText(setting),
                        key.substr(dot + 1), ValueText(setting));
  }
  return toml;
}

std::string Settings::ValueText(const Setting& setting) {
  return std::visit(
      Overloaded{
          [](const IntField& field) { return fmt::format("{}", *field.value); },
          [](const IntRangeField& field) {
            const std::string text = IntRangeText(*field.value);
            return field.value->low == field.value->high ? text : TomlString(text);
          },
          [](const DoubleField& field) { return TomlDouble(*field.value); },
          [](const BoolField& field) { return std::string(*field.value ? "true" : "false"); },
          [](const TextField& field) { return TomlString(*field.value); },
      },
      setting.field);
}

std::string Settings::AssignedText(const Setting& setting) {
  if (const auto* text = std::get_if<TextField>(&setting.field)) return *text->value;
  if (const auto* range = std::get_if<IntRangeField>(&setting.field)) {
    return IntRangeText(*range->value);
  }
  return ValueText(setting);
}

std::string Settings::RangeText(const Setting& setting) {
  return std::visit(Overloaded{
                        [](const IntField& field) {
                          return fmt::format("an integer in [{}, {}]", field.min, field.max);
                        },
                        [](const IntRangeField& field) {
                          return fmt::format("an integer in [{}, {}] or a range such as \"{}-{}\"",
                                             field.min, field.max, field.min, field.max);
                        },
                        [](const DoubleField& field) {
                          return fmt::format("a number in [{}, {}]", field.min, field.max);
                        },
                        [](const BoolField&) { return std::string("true or false"); },
                        [](const TextField& field) {
                          return field.choices.empty()
                                     ? std::string("text")
                                     : fmt::format("{}", fmt::join(field.choices, " | "));
                        },
                    },
                    setting.field);
}

}  // namespace arcadeq
