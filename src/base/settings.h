#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace arcadeq {

// An integer drawn uniformly from [low, high] each time it is used; fixed if both are equal.
// Written as 4 or as "2-4".
struct IntRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool operator==(const IntRange&) const = default;
};

// A table of settings, each declared in one place: key, type, default, range and help. TOML files,
// --set key=value, the printed list of settings and the configuration that a run keeps all derive
// from it.
//
// A setting is bound to a field of the structure that the code reads; the field's value at the time
// of Add() is the default. The fields must outlive the table. Declaring a key twice is a bug, a
// std::logic_error: parts that share a setting share the structure that declares it.
class Settings {
 public:
  struct IntField {
    std::int64_t* value;
    std::int64_t min, max;
  };
  struct IntRangeField {
    IntRange* value;
    std::int64_t min, max;
  };
  struct DoubleField {
    double* value;
    double min, max;
  };
  struct BoolField {
    bool* value;
  };
  struct TextField {
    std::string* value;
    std::vector<std::string> choices;  // empty: any text
  };
  struct Setting {
    std::string key;  // "group.name"
    std::variant<IntField, IntRangeField, DoubleField, BoolField, TextField> field;
    std::string help;
  };

  void Add(std::string key, std::int64_t* value, std::int64_t min, std::int64_t max,
           std::string help);
  void Add(std::string key, IntRange* value, std::int64_t min, std::int64_t max, std::string help);
  void Add(std::string key, double* value, double min, double max, std::string help);
  void Add(std::string key, bool* value, std::string help);
  void Add(std::string key, std::string* value, std::vector<std::string> choices, std::string help);

  // Sets one value from text, as in --set key=value. Throws UserError, with a message that begins
  // with `origin`, for an unknown key (naming the nearest one), a wrong type or a value out of
  // range; then nothing changes.
  void Set(std::string_view key, std::string_view text, std::string_view origin);
  // `assignment` is "key=value".
  void SetFromAssignment(std::string_view assignment, std::string_view origin);

  // Sets the values in a TOML file, and returns their number. Throws UserError with file, line, key
  // and the valid values.
  std::size_t LoadToml(const std::filesystem::path& path);
  std::size_t LoadTomlText(std::string_view text, std::string_view origin);

  // Every setting with its current value and its help as a comment, grouped by the part before the
  // dot.
  std::string ToToml() const;

  const std::vector<Setting>& all() const { return settings_; }
  // Throws UserError, with a message that begins with `origin`, for an unknown key (naming the
  // nearest one).
  const Setting& Find(std::string_view key, std::string_view origin) const;
  // The current value as ToToml() writes it (text in quotes).
  static std::string ValueText(const Setting& setting);
  // The current value as Set() takes it (text without quotes).
  static std::string AssignedText(const Setting& setting);
  // The type and the values allowed: "an integer in [1, 8]", "true or false", ...
  static std::string RangeText(const Setting& setting);

 private:
  void AddField(std::string key, decltype(Setting::field) field, std::string help);

  std::vector<Setting> settings_;
};

}  // namespace arcadeq
