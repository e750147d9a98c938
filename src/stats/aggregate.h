#pragma once

#include <vector>

namespace arcadeq {

// How good an agent is over several games, judged by several runs in each: the measures of Agarwal
// et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice". Over several
// games they mean something only for normalised scores.

// An agent's scores, [game][run]. Games may differ in their number of runs; no game is without.
using GameScores = std::vector<std::vector<double>>;

// The mean over the games of the mean over a game's runs.
double MeanOverGames(const GameScores& scores);
// The median over the games of the mean over a game's runs.
double MedianOverGames(const GameScores& scores);

// The mean of the middle half of all n runs of all games: of what is left when the floor(n / 4)
// lowest and as many of the highest are dropped (a 25 % trimmed mean). More robust to outliers than
// the mean, and less uncertain than the median.
double InterquartileMean(const GameScores& scores);

// How far the agent falls short of the score `target` on average: target - the mean over the games
// of the mean over a game's runs of min(score, target). Less is better. For human-normalised scores
// and a target of 1, the share of human play that is missing.
double OptimalityGap(const GameScores& scores, double target = 1);

// The mean over the games of P(a run of x scores higher than a run of y), ties counting half: of
// the Mann-Whitney statistic U = sum_ij [x_i > y_j] + [x_i = y_j] / 2, divided by the number of
// pairs. 0.5: neither is better. x and y have the same games.
double ProbabilityOfImprovement(const GameScores& x, const GameScores& y);

}  // namespace arcadeq
