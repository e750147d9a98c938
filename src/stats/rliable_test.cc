// The measures and their intervals agree with rliable's (tests/golden/stats_golden.py), and
// docs/evaluation.md shows both.

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "stats/aggregate.h"
#include "stats/bootstrap.h"

namespace arcadeq {
namespace {

// Ours and rliable's resamples are drawn by different generators.
constexpr int kManyResamples = 50000;

std::string Cells(double point, double low, double high) {
  return fmt::format("{:.3f} | {:.3f} to {:.3f} |", point, low, high);
}

// A row of the table in docs/evaluation.md.
std::string Row(const std::string& figure, double point, const Interval& interval,
                const std::vector<double>& rliable) {
  return fmt::format("| {} | {} {}\n", figure, Cells(rliable[0], rliable[1], rliable[2]),
                     Cells(point, interval.low, interval.high));
}

class Rliable : public testing::Test {
 protected:
  // `golden`: the point value and both ends of its interval.
  void ExpectEqual(const std::string& figure, double point, const Interval& interval,
                   const nlohmann::json& golden) {
    SCOPED_TRACE(figure);
    const auto rliable = golden.get<std::vector<double>>();
    EXPECT_NEAR(point, rliable[0], 1e-9);
    const double tolerance = 0.02 * (rliable[2] - rliable[1]);
    EXPECT_NEAR(interval.low, rliable[1], tolerance);
    EXPECT_NEAR(interval.high, rliable[2], tolerance);
    const std::string row = Row(figure, point, interval, rliable);
    EXPECT_NE(document_.find(row), std::string::npos) << "docs/evaluation.md lacks\n" << row;
  }

  const std::string document_ = ReadFile(ARCADEQ_SOURCE_DIR "/docs/evaluation.md");
};

TEST_F(Rliable, AgreesWithOurMeasures) {
  const auto cases =
      nlohmann::json::parse(ReadFile(ARCADEQ_SOURCE_DIR "/tests/golden/stats_golden.json"));
  EXPECT_EQ(cases.size(), 3u);
  for (const auto& golden : cases) {
    const auto x = golden["x"].get<GameScores>();
    const auto y = golden["y"].get<GameScores>();
    SCOPED_TRACE(fmt::format("{} games", x.size()));
    const auto expect = [&](const char* figure, const char* name, const auto& measure) {
      ExpectEqual(figure, measure(x), BootstrapInterval(x, measure, kManyResamples),
                  golden["of_x"][name]);
    };
    expect("mean", "mean", MeanOverGames);
    expect("median", "median", MedianOverGames);
    expect("IQM", "iqm", InterquartileMean);
    expect("optimality gap", "optimality_gap",
           [](const GameScores& scores) { return OptimalityGap(scores, 1); });
    ExpectEqual("probability", ProbabilityOfImprovement(x, y),
                BootstrapInterval(x, y, ProbabilityOfImprovement, kManyResamples),
                golden["probability_of_improvement"]);
  }
}

}  // namespace
}  // namespace arcadeq
