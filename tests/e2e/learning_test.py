"""The small games are learnt, as their presets claim and by PQN: by every seed of five, after the mean over 100
evaluation episodes.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/learning_test.py cartpole_pqn 475
"""

import concurrent.futures
import os
import sys
import time

from program import PQN, ProgramTest

RUNS = {
    "cartpole": ["--preset", "cartpole"],
    "catch": ["--preset", "catch"],
    "cartpole_pqn": ["--preset", "cartpole", *PQN],
    "catch_pqn": ["--preset", "catch", *PQN, "--steps", 40000],
}
SEEDS = range(1, 6)


class Learns(ProgramTest):
    name = ""
    least_mean = 0.0

    def runTest(self):
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            means = list(pool.map(self.learn, SEEDS))
        self.assertGreaterEqual(min(means), self.least_mean, means)

    def learn(self, seed):
        """The mean score of the seed's agent."""
        run = self.folder / f"seed{seed}"
        began = time.monotonic()
        self.succeed("train", *RUNS[self.name], "--seed", seed, "--threads", 1, "--out", run)
        took = time.monotonic() - began
        mean = self.evaluate(run, "--episodes", 100, "--seed", 1000 + seed)["mean"]
        print(f"{self.name} seed {seed}: mean {mean:.2f} of 100 episodes, trained in {took:.1f} s", flush=True)
        return mean


if __name__ == "__main__":
    import unittest

    Learns.name, Learns.least_mean = sys.argv[1], float(sys.argv[2])
    result = unittest.TextTestRunner().run(unittest.TestSuite([Learns()]))
    sys.exit(not result.wasSuccessful())
