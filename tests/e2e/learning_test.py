"""The presets reach their claimed mean over 100 evaluation episodes, with each of five seeds.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/learning_test.py cartpole 475
"""

import resource
import sys

from program import ProgramTest

SEEDS = range(1, 6)


class Learns(ProgramTest):
    game = ""
    least_mean = 0.0

    def runTest(self):
        means = []
        for seed in SEEDS:
            run = self.folder / f"seed{seed}"
            before = cpu_seconds()
            self.succeed("train", "--preset", self.game, "--seed", seed, "--out", run)
            trained = cpu_seconds()
            means.append(self.evaluate(run, "--episodes", 100, "--seed", 1000 + seed)["mean"])
            print(f"{self.game} seed {seed}: mean {means[-1]:.2f} of 100 episodes, "
                  f"{trained - before:.1f} s of CPU", flush=True)
        self.assertGreaterEqual(min(means), self.least_mean, means)


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    import unittest

    Learns.game, Learns.least_mean = sys.argv[1], float(sys.argv[2])
    result = unittest.TextTestRunner().run(unittest.TestSuite([Learns()]))
    sys.exit(not result.wasSuccessful())
