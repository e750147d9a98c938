#pragma once

#include <cstdint>

#include "stats/aggregate.h"

namespace arcadeq {

// Whether two agents differ in their mean over the games, d = MeanOverGames(x) - MeanOverGames(y).

// The two-sided p-value of a permutation test (Fisher 1935): the probability of a difference of at
// least |d| if runs of x and y came from the same distribution in each game, so that it were chance
// which of them are x's. Estimated from m random relabellings within each game, of which b differ
// by |d| or more, as (b + 1) / (m + 1) (Phipson & Smyth 2010). Deterministic. With 3 runs against 3
// in one game it cannot fall below 0.1, with 4 against 4 not below 0.028.
double PermutationTest(const GameScores& x, const GameScores& y, int relabellings = 10'000);

// About how many runs of each agent in each game would show a difference of d at the 5 % level in 4
// of 5 experiments:
//   n = (z_0.975 + z_0.8)^2 sum_g (s_xg^2 + s_yg^2) / (G^2 d^2) = 7.85 sum_g (...) / (G^2 d^2)
// for G games and the standard deviations s of the runs in game g (Cohen 1988); at least 4. As
// uncertain as d and s are: a rule of thumb. 0 if there is no difference.
std::int64_t RunsNeeded(const GameScores& x, const GameScores& y);

}  // namespace arcadeq
