"""The small games are learnt, as their presets claim and by PQN: by every seed of five, after the mean over 100
evaluation episodes.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/learning_test.py cartpole_pqn 475
"""

import resource
import sys

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
        means = []
        for seed in SEEDS:
            run = self.folder / f"seed{seed}"
            before = cpu_seconds()
            self.succeed("train", *RUNS[self.name], "--seed", seed, "--out", run)
            trained = cpu_seconds()
            means.append(self.evaluate(run, "--episodes", 100, "--seed", 1000 + seed)["mean"])
            print(f"{self.name} seed {seed}: mean {means[-1]:.2f} of 100 episodes, "
                  f"{trained - before:.1f} s of CPU", flush=True)
        self.assertGreaterEqual(min(means), self.least_mean, means)


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    import unittest

    Learns.name, Learns.least_mean = sys.argv[1], float(sys.argv[2])
    result = unittest.TextTestRunner().run(unittest.TestSuite([Learns()]))
    sys.exit(not result.wasSuccessful())
