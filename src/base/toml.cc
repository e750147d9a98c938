#include "base/toml.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"

namespace arcadeq {
namespace {

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

toml::table ParseToml(std::string_view text, std::string_view origin) {
  CheckDots(text, origin);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    ThrowUserError("{}:{}: {}", origin, error.source().begin.line, error.description());
  }
}

std::string TomlPlace(const toml::node& node, std::string_view origin) {
  return fmt::format("{}:{}", origin, node.source().begin.line);
}

std::string TomlText(const toml::node& node) {
  std::ostringstream written;
  written << toml::node_view<const toml::node>(node);
  return written.str();
}

std::string TomlString(std::string_view text) {
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

std::string TomlDouble(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

bool TomlHolds(std::string_view text) {
  try {
    return toml::parse("text = " + TomlString(text))["text"].value<std::string>() == text;
  } catch (const toml::parse_error&) {
    return false;
  }
}

}  // namespace arcadeq
