#include "sweep/sweep_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/processors.h"
#include "base/toml.h"
#include "base/toml_settings.h"
#include "config/config.h"
#include "config/preset.h"
#include "evaluate/evaluation_protocol.h"

namespace arcadeq {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr const char* kProtocolKey = "evaluation.protocol";

// Files are named after variants.
bool IsVariantName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= kLongestName && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || c == '-' || c == '.'; });
}

// A variant with only its own settings, and its position in the file.
struct PlacedVariant {
  toml::source_position begin;
  Variant variant;
};

class Parser {
 public:
  Parser(std::string_view text, const std::string& file)
      : file_(file), root_(ParseToml(text, file)), train_settings_(Declare(train_config_)) {
    plan_.file = file;
    plan_.jobs = AvailableProcessors();
    plan_.out = (std::filesystem::path("runs") / std::filesystem::path(file).stem()).string();
    own_.Add("preset", &plan_.preset, PresetNames(), "");
    own_.Add("out", &plan_.out, {}, "");
    own_.Add("jobs", &plan_.jobs, 1, SweepPlan::kMostJobs, "");
    own_.Add("minutes", &plan_.minutes, 0, 1e6, "");
    own_.Add(kProtocolKey, &plan_.evaluation.protocol, EvaluationProtocolNames(), "");
    own_.Add("evaluation.episodes", &plan_.evaluation.episodes, 1, 1'000'000, "");
    own_.Add("evaluation.epsilon", &plan_.evaluation.epsilon, 0, 1, "");
    own_.Add("evaluation.seed", &plan_.evaluation.seed, 0, std::numeric_limits<std::int64_t>::max(),
             "");
  }

  SweepPlan Parse() {
    for (const auto& [key, node] : root_) ParseEntry(key.str(), node);
    if (plan_.out.empty()) ThrowUserError("{}: out: expected the path of a directory", file_);
    if (plan_.seeds.empty()) ThrowUserError("{}: seeds are missing, such as seeds = [1, 2]", file_);
    if (variants_.empty()) ThrowUserError("{}: has no variants: [variants.NAME]", file_);
    if (plan_.preset.empty()) plan_.preset = DefaultPreset(Game());
    AddVariants();
    return std::move(plan_);
  }

 private:
  void ParseEntry(std::string_view key, const toml::node& node) {
    if (key == "seeds") {
      ParseSeeds(node);
    } else if (key == "settings") {
      shared_ = SettingsOf(Table(node, key));
    } else if (key == "evaluation") {
      for (const auto& [name, value] : Table(node, key)) {
        SetOwn(fmt::format("evaluation.{}", name.str()), value);
      }
    } else if (key == "variants") {
      ParseVariants(Table(node, key));
    } else if (key == "preset" || key == "out" || key == "jobs" || key == "minutes") {
      SetOwn(key, node);
    } else {
      ThrowUserError(
          "{}: unknown key {}; valid are preset, out, seeds, jobs, minutes and the tables "
          "[settings], [evaluation], [variants.NAME]",
          Place(node), key);
    }
  }

  void ParseSeeds(const toml::node& node) {
    const toml::array* seeds = node.as_array();
    if (seeds == nullptr || seeds->empty()) {
      ThrowUserError("{}: seeds = {}: expected a list of numbers, such as [1, 2]", Place(node),
                     TomlText(node));
    }
    for (const toml::node& element : *seeds) {
      const auto [key, text, place] = ReadAssignment(train_settings_, "train.seed", element, file_);
      train_settings_.Set(key, text, fmt::format("{}: seeds", place));
      const std::int64_t seed = train_config_.train.seed;
      if (std::ranges::find(plan_.seeds, seed) != plan_.seeds.end()) {
        ThrowUserError("{}: seeds: {} occurs twice", Place(node), seed);
      }
      plan_.seeds.push_back(seed);
    }
  }

  void ParseVariants(const toml::table& variants) {
    for (const auto& [key, node] : variants) {
      const std::string_view name = key.str();
      if (!IsVariantName(name)) {
        ThrowUserError(
            "{}: variants.{}: expected a name of at most {} letters, digits, '_', '-' and '.' that "
            "begins with a letter, a digit or '_'",
            Place(node), name, kLongestName);
      }
      const toml::table& settings = Table(node, fmt::format("variants.{}", name));
      variants_.push_back({node.source().begin, {std::string(name), SettingsOf(settings)}});
    }
  }

  // Sorts the variants by their position in the file.
  void AddVariants() {
    std::ranges::sort(variants_, {}, [](const PlacedVariant& variant) {
      return std::tuple(variant.begin.line, variant.begin.column);
    });
    for (auto& [begin, variant] : variants_) {
      variant.settings.insert(variant.settings.begin(), shared_.begin(), shared_.end());
      Check(variant);
      plan_.variants.push_back(std::move(variant));
    }
  }

  // Valid settings may still contradict each other, or the evaluation.
  void Check(const Variant& variant) const {
    Config config = plan_.ConfigOf(variant, plan_.seeds.front());
    try {
      config.Check();
    } catch (const UserError& error) {
      ThrowUserError("{}: variant {}: {}", file_, variant.name, error.what());
    }
    try {
      ApplyProtocol(plan_.evaluation.protocol, config);
    } catch (const UserError& error) {
      ThrowUserError("{}: {}: variant {}: {}", protocol_place_, kProtocolKey, variant.name,
                     error.what());
    }
  }

  std::vector<Assignment> SettingsOf(const toml::table& tables) {
    std::vector<Assignment> assignments = ReadAssignments(train_settings_, tables, file_);
    for (const auto& [key, text, place] : assignments) {
      if (key == "train.seed") ThrowUserError("{}: {}: write seeds = [{}]", place, key, text);
      train_settings_.Set(key, text, place);
    }
    return assignments;
  }

  // The game of the shared settings; empty if they have none.
  std::string_view Game() const {
    const auto game = std::ranges::find(shared_, "env.game", &Assignment::key);
    return game == shared_.end() ? std::string_view() : game->text;
  }

  void SetOwn(std::string_view key, const toml::node& node) {
    const Assignment value = ReadAssignment(own_, key, node, file_);
    own_.Set(value.key, value.text, value.place);
    if (value.key == kProtocolKey) protocol_place_ = value.place;
  }

  const toml::table& Table(const toml::node& node, std::string_view key) const {
    const toml::table* table = node.as_table();
    if (table == nullptr) ThrowUserError("{}: {}: expected a table, [{}]", Place(node), key, key);
    return *table;
  }

  std::string Place(const toml::node& node) const { return TomlPlace(node, file_); }

  const std::string file_;
  const toml::table root_;
  Config train_config_;  // only to declare and check its settings
  Settings train_settings_;
  SweepPlan plan_;
  Settings own_;
  std::string protocol_place_;
  std::vector<Assignment> shared_;
  std::vector<PlacedVariant> variants_;
};

}  // namespace

Config SweepPlan::ConfigOf(const Variant& variant, std::int64_t seed) const {
  Config config = LoadPreset(preset);
  config.train.threads = 1;
  Settings settings = Declare(config);
  for (const auto& [key, text, place] : variant.settings) settings.Set(key, text, place);
  config.train.seed = seed;
  return config;
}

SweepPlan LoadSweepPlan(const std::filesystem::path& file) {
  return ParseSweepPlan(ReadFile(file), file.string());
}

SweepPlan ParseSweepPlan(std::string_view text, const std::string& file) {
  return Parser(text, file).Parse();
}

}  // namespace arcadeq
