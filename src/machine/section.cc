#include "machine/section.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/one_line.h"
#include "base/quantity_text.h"

namespace arcadeq {
namespace {

constexpr int kMarkWidth = 7;   // "warning"
constexpr int kWhatWidth = 16;  // longer ones push their value to the right

std::string_view Name(Mark mark) {
  switch (mark) {
    case Mark::kOk:
      return "ok";
    case Mark::kWarning:
      return "warning";
    case Mark::kError:
      break;
  }
  return "error";
}

std::string_view Colour(Mark mark) {
  switch (mark) {
    case Mark::kOk:
      return "\x1b[32m";  // green
    case Mark::kWarning:
      return "\x1b[33m";  // yellow
    case Mark::kError:
      break;
  }
  return "\x1b[31m";  // red
}

std::string MarkText(Mark mark, bool colours) {
  const std::string text = fmt::format("{:<{}}", Name(mark), kMarkWidth);
  return colours ? fmt::format("{}{}\x1b[0m", Colour(mark), text) : text;
}

std::int64_t Count(std::span<const Section> sections, Mark mark) {
  std::int64_t count = 0;
  for (const Section& section : sections) {
    count += std::ranges::count(section.findings, mark, &Finding::mark);
  }
  return count;
}

}  // namespace

void Section::Add(std::string what, std::string value) {
  findings.push_back({std::move(what), std::move(value)});
}

void Section::Warn(std::string what, std::string value, std::string remedy) {
  findings.push_back({std::move(what), std::move(value), Mark::kWarning, std::move(remedy)});
}

void Section::Fail(std::string what, std::string value, std::string remedy) {
  findings.push_back({std::move(what), std::move(value), Mark::kError, std::move(remedy)});
}

Mark WorstMark(std::span<const Section> sections) {
  Mark worst = Mark::kOk;
  for (const Section& section : sections) {
    for (const Finding& finding : section.findings) worst = std::max(worst, finding.mark);
  }
  return worst;
}

std::string SectionText(const Section& section, bool colours) {
  std::string text = section.title + '\n';
  for (const Finding& finding : section.findings) {
    text += fmt::format("  {}  {:<{}}  {}\n", MarkText(finding.mark, colours),
                        OneLine(finding.what), kWhatWidth, OneLine(finding.value));
    if (!finding.remedy.empty()) {
      text += fmt::format("  {:{}}  {:{}}  -> {}\n", "", kMarkWidth, "", kWhatWidth,
                          OneLine(finding.remedy));
    }
  }
  return text;
}

std::string VerdictText(std::span<const Section> sections) {
  const std::int64_t warnings = Count(sections, Mark::kWarning);
  const std::int64_t errors = Count(sections, Mark::kError);
  if (errors > 0) {
    return fmt::format("Training is impossible: {}, {}.\n", FormatCount(errors, "error"),
                       FormatCount(warnings, "warning"));
  }
  if (warnings > 0) return fmt::format("Training works: {}.\n", FormatCount(warnings, "warning"));
  return "All is well.\n";
}

nlohmann::ordered_json ToJson(std::span<const Section> sections) {
  nlohmann::ordered_json json;
  json["verdict"] = Name(WorstMark(sections));
  for (const Section& section : sections) {
    nlohmann::ordered_json& entry = json[section.key] = section.data;
    entry["findings"] = nlohmann::ordered_json::array();
    for (const Finding& finding : section.findings) {
      nlohmann::ordered_json found{
          {"what", finding.what}, {"value", finding.value}, {"mark", Name(finding.mark)}};
      if (!finding.remedy.empty()) found["remedy"] = finding.remedy;
      entry["findings"].push_back(std::move(found));
    }
  }
  return json;
}

}  // namespace arcadeq
