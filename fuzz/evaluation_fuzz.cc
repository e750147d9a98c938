// The output of `evaluate --json`. What is accepted can be compared, with itself and with others.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "compare/compared_agent.h"
#include "compare/comparison.h"
#include "evaluate/evaluation_record.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arcadeq::EvaluationRecord record;
  if (!arcadeq::fuzz::Accepts([&] { record = arcadeq::ParseEvaluation(text, "input.json"); })) {
    return 0;
  }
  if (record.scores.size() > 100) return 0;  // would only take longer
  const arcadeq::ComparedAgent agent{"x", {{"run", record.game, "terms", record.scores}}};
  arcadeq::fuzz::Require(arcadeq::fuzz::Accepts([&] {
    const arcadeq::Comparison comparison = arcadeq::Compare({agent, agent});
    ComparisonText(comparison);
    ToJson(comparison);
  }));
  return 0;
}
