#include "train/effective_rank.h"

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

// A sum of `rank` outer products of orthogonal vectors (cosines), of about the same length.
std::vector<float> MatrixOfRank(int rank, int rows, int columns) {
  std::vector<float> matrix;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      double sum = 0;
      for (int k = 0; k < rank; ++k) {
        sum += std::cos(std::numbers::pi * (i + 0.5) * k / rows) *
               std::cos(std::numbers::pi * (j + 0.5) * k / columns);
      }
      matrix.push_back(static_cast<float>(sum));
    }
  }
  return matrix;
}

TEST(EffectiveRank, IsTheRankIfSingularValuesAreAlike) {
  for (const auto& [rows, columns] : {std::pair{16, 40}, std::pair{40, 16}, std::pair{16, 16}}) {
    EffectiveRank effective_rank(rows, columns);
    for (const int rank : {1, 2, 5, 16, 3}) {
      EXPECT_EQ(effective_rank.Of(MatrixOfRank(rank, rows, columns)), rank)
          << rows << "x" << columns;
    }
  }
}

TEST(EffectiveRank, CountsTheSingularValuesThatHold99PercentOfTheirSum) {
  EffectiveRank effective_rank(3, 4);
  const auto of = [&](float a, float b, float c) {
    return effective_rank.Of(std::vector<float>{0, a, 0, 0, b, 0, 0, 0, 0, 0, 0, -c});
  };
  EXPECT_EQ(of(1, 1, 1), 3);
  EXPECT_EQ(of(98, 1.05f, 1.1f), 3);
  EXPECT_EQ(of(98, 1, 0.9f), 2);
  EXPECT_EQ(of(0.5f, 100, 0.4f), 1);
  EXPECT_EQ(of(1e-20f, 1e-20f, 1e-20f), 3);
  EXPECT_EQ(of(1e20f, 1e20f, 1e20f), 3);
  EXPECT_EQ(of(0, 0, 0), 0);
}

TEST(EffectiveRank, AcceptsFewerRowsThanItHasRoomFor) {
  for (const int columns : {9, 60}) {
    EffectiveRank effective_rank(30, columns);
    EXPECT_EQ(effective_rank.Of(MatrixOfRank(8, 30, columns)), 8);
    EXPECT_EQ(effective_rank.Of(MatrixOfRank(4, 10, columns)), 4);
  }
}

}  // namespace
}  // namespace arcadeq
