#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace arcadeq {

// From best to worst.
enum class Mark { kOk, kWarning, kError };

// Something that was looked at.
struct Finding {
  std::string what;
  std::string value;
  Mark mark = Mark::kOk;
  std::string remedy = {};  // of a warning or an error, in one line
};

// The findings on one subject.
struct Section {
  std::string key;  // of the JSON
  std::string title;
  std::vector<Finding> findings = {};
  // The same in numbers, for programs.
  nlohmann::ordered_json data = nlohmann::ordered_json::object();

  void Add(std::string what, std::string value);
  void Warn(std::string what, std::string value, std::string remedy);
  // For what makes training impossible.
  void Fail(std::string what, std::string value, std::string remedy);
};

Mark WorstMark(std::span<const Section> sections);

// A title and aligned lines, each beginning with its mark in words. With `colours`, also coloured
// for a terminal. Control characters in values are escaped.
std::string SectionText(const Section& section, bool colours);
// One line: how many warnings and errors there are.
std::string VerdictText(std::span<const Section> sections);
nlohmann::ordered_json ToJson(std::span<const Section> sections);

}  // namespace arcadeq
