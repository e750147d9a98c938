// The measures and their intervals agree with rliable's (tests/golden/stats_golden.py).

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "stats/aggregate.h"
#include "stats/bootstrap.h"

namespace arcadeq {
namespace {

// Ours and rliable's resamples are drawn by different generators.
constexpr int kManyResamples = 50000;

// [0]: the point value; [1] and [2]: the ends of its interval.
void ExpectEqual(double point, const Interval& interval, const nlohmann::json& golden) {
  EXPECT_NEAR(point, golden[0], 1e-9);
  const double tolerance = 0.02 * (golden[2].get<double>() - golden[1].get<double>());
  EXPECT_NEAR(interval.low, golden[1], tolerance);
  EXPECT_NEAR(interval.high, golden[2], tolerance);
}

TEST(Rliable, AgreesWithOurMeasures) {
  const auto cases =
      nlohmann::json::parse(ReadFile(ARCADEQ_SOURCE_DIR "/tests/golden/stats_golden.json"));
  EXPECT_EQ(cases.size(), 3u);
  for (const auto& golden : cases) {
    const auto x = golden["x"].get<GameScores>();
    const auto y = golden["y"].get<GameScores>();
    const auto expect = [&](const char* name, const auto& measure) {
      SCOPED_TRACE(name + (" of " + std::to_string(x.size())) + " games");
      ExpectEqual(measure(x), BootstrapInterval(x, measure, kManyResamples), golden["of_x"][name]);
    };
    expect("mean", MeanOverGames);
    expect("median", MedianOverGames);
    expect("iqm", InterquartileMean);
    expect("optimality_gap", [](const GameScores& scores) { return OptimalityGap(scores, 1); });
    ExpectEqual(ProbabilityOfImprovement(x, y),
                BootstrapInterval(x, y, ProbabilityOfImprovement, kManyResamples),
                golden["probability_of_improvement"]);
  }
}

}  // namespace
}  // namespace arcadeq
