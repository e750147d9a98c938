#include "base/settings.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/file.h"
#include "base/nearest_names.h"

namespace arcadeq {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

// A basic string of TOML.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\u{:04x}", code);
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// Whether a TOML file can hold `text`, that is, whether it is valid UTF-8.
bool TomlHolds(std::string_view text) {
  try {
    return toml::parse("text = " + Quoted(text))["text"].value<std::string>() == text;
  } catch (const toml::parse_error&) {
    return false;
  }
}

// Text that TOML reads back as the same floating-point number.
std::string DoubleText(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

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

// The text of a TOML value for Set(), which refuses arrays, dates and the like by their type.
std::string TomlValueText(const toml::node& node, const Settings::Setting& setting,
                          std::string_view origin) {
  if (const auto* text = node.as_string()) {
    if (std::holds_alternative<Settings::TextField>(setting.field) ||
        std::holds_alternative<Settings::IntRangeField>(setting.field)) {
      return text->get();
    }
  }
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return DoubleText(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::ostringstream written;
  written << toml::node_view<const toml::node>(node);
  ThrowUserError("{}: {} = {}: expected {}", origin, setting.key, written.str(),
                 Settings::RangeText(setting));
}

// toml++ bounds the nesting of values but not the number of parts of a dotted key. Each part makes
// a table within the one before, and destroying enough of them overflows the stack. A key never
// spans several lines. Values obey the same limit, so that the file they are written to can be
// read.
constexpr std::ptrdiff_t kMaxDotsInALine = 32;

void CheckDots(std::string_view text, std::string_view origin) {
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (std::ranges::count(line, '.') > kMaxDotsInALine) {
      ThrowUserError("{}:{}: more than {} dots in a line", origin, number, kMaxDotsInALine);
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

}  // namespace

void Settings::AddField(std::string key, decltype(Setting::field) field, std::string help) {
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

Settings::Setting& Settings::Find(std::string_view key, std::string_view origin) {
  const auto found = std::ranges::find(settings_, key, &Setting::key);
  if (found != settings_.end()) return *found;
  std::vector<std::string> keys;
  keys.reserve(settings_.size());
  for (const Setting& setting : settings_) keys.push_back(setting.key);
  ThrowUserError("{}: unknown key {}; the nearest is {}", origin, key,
                 fmt::join(NearestNames(keys, key, 1), ""));
}

void Settings::Set(std::string_view key, std::string_view text, std::string_view origin) {
  Setting& setting = Find(key, origin);
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

void Settings::LoadToml(const std::filesystem::path& path) {
  LoadTomlText(ReadFile(path), path.string());
}

void Settings::LoadTomlText(std::string_view text, std::string_view origin) {
  CheckDots(text, origin);
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    ThrowUserError("{}:{}: {}", origin, error.source().begin.line, error.description());
  }
  for (const auto& [group, node] : table) {
    const toml::table* settings = node.as_table();
    if (settings == nullptr) {
      const std::string where = fmt::format("{}:{}", origin, node.source().begin.line);
      const std::string_view key = Find(group.str(), where).key;
      const std::size_t dot = key.find('.');
      ThrowUserError("{}: \"{}\": write it as {} in the table [{}]", where, key,
                     key.substr(dot + 1), key.substr(0, dot));
    }
    for (const auto& [name, value] : *settings) {
      const std::string where = fmt::format("{}:{}", origin, value.source().begin.line);
      const std::string key = fmt::format("{}.{}", group.str(), name.str());
      Set(key, TomlValueText(value, Find(key, where), where), where);
    }
  }
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
            return field.value->low == field.value->high ? text : Quoted(text);
          },
          [](const DoubleField& field) { return DoubleText(*field.value); },
          [](const BoolField& field) { return std::string(*field.value ? "true" : "false"); },
          [](const TextField& field) { return Quoted(*field.value); },
      },
      setting.field);
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
