#include "record/metrics.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/event.h"

namespace arcadeq {
namespace {

using testing::ElementsAreArray;

// The rows of the tables in docs/metrics.md that begin with a name in backquotes and have the given
// number of cells.
std::vector<std::string> DocumentedRows(int cells) {
  std::ifstream in(ARCADEQ_SOURCE_DIR "/docs/metrics.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| `") && std::count(line.begin(), line.end(), '|') == cells + 1) {
      rows.push_back(line);
    }
  }
  return rows;
}

TEST(Metrics, AreDocumentedInOrderAndInTheSameWords) {
  std::vector<std::string> expected;
  for (const Metric& metric : Metrics()) {
    expected.push_back(fmt::format("| `{}` | {} | {} |", metric.tag,
                                   metric.axis == Axis::kEpisode ? "episode" : "step",
                                   metric.explanation));
  }
  EXPECT_THAT(DocumentedRows(3), ElementsAreArray(expected));
}

TEST(EpisodeColumns, AreDocumentedInOrderAndInTheSameWords) {
  std::vector<std::string> expected;
  for (const EpisodeColumn& column : EpisodeColumns()) {
    expected.push_back(fmt::format("| `{}` | {} |", column.name, column.explanation));
  }
  EXPECT_THAT(DocumentedRows(2), ElementsAreArray(expected));
}

TEST(Metrics, HaveUniqueTags) {
  std::set<std::string_view> tags;
  for (const Metric& metric : Metrics()) EXPECT_TRUE(tags.insert(metric.tag).second) << metric.tag;
}

TEST(Metrics, HaveAnAsteriskInTheTagForSeveralValues) {
  for (const Metric& metric : Metrics()) {
    const bool several = std::holds_alternative<Metric::EachOf<EpisodeEnded>>(metric.value) ||
                         std::holds_alternative<Metric::EachOf<Progress>>(metric.value) ||
                         std::holds_alternative<Metric::EachOf<Diagnosis>>(metric.value);
    EXPECT_EQ(metric.tag.ends_with("/*"), several) << metric.tag;
    if (several) {
      EXPECT_TRUE(TagOf(metric, "LEFT").ends_with("/LEFT")) << metric.tag;
    }
  }
}

}  // namespace
}  // namespace arcadeq
