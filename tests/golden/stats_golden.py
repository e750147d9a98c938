#!/usr/bin/env python3
"""Writes stats_golden.json: scores, and what rliable, the library of Agarwal et al. 2021, says of them, for
src/stats/rliable_test.cc. Takes some minutes.

    pip install rliable
    python3 tests/golden/stats_golden.py tests/golden/stats_golden.json
"""

import json
import sys

import numpy as np
from rliable import library, metrics

MEASURES = {
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "iqm": metrics.aggregate_iqm,
    "optimality_gap": metrics.aggregate_optimality_gap,
}
RESAMPLES = 10000


def interval(scores, measure):
    """The point value, and both ends of the 95 % interval, of a measure of one or two agents' scores."""
    np.random.seed(1)  # rliable draws from the global stream
    points, intervals = library.get_interval_estimates(
        {"it": scores}, lambda *samples: np.array([measure(*samples)]), reps=RESAMPLES)
    return [points["it"][0], *intervals["it"][:, 0]]


def case(random, runs, games):
    """Two agents' scores, [run][game], some of them tied, and their measures."""
    x, y = (np.round(random.gamma(2, 0.4, (count, games)) + random.uniform(-0.2, 0.4, games), 1) for count in runs)
    of_x = {name: interval(x, measure) for name, measure in MEASURES.items()}
    return {"x": x.T.tolist(), "y": y.T.tolist(), "of_x": of_x,
            "probability_of_improvement": interval([x, y], metrics.probability_of_improvement)}


def main():
    random = np.random.RandomState(1)
    cases = [case(random, runs, games) for runs, games in [((10, 8), 1), ((5, 5), 2), ((3, 10), 3)]]
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


if __name__ == "__main__":
    main()
