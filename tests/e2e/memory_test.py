"""Training takes constant memory: the resident size early on and at the end differ by less than 1 %.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/memory_test.py 2000 20000
"""

import subprocess
import sys
import time
import unittest

import program
from program import ProgramTest


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return 1024 * int(line.split()[1])
    return 0


class ConstantMemory(ProgramTest):
    early_steps = 0
    steps = 0

    def runTest(self):
        process = subprocess.Popen(
            [program.ARCADEQ, "train", "--out", str(self.folder / "run"), "--steps", str(self.steps),
             "--set", "train.learning_starts=1000",
             # Small, so that 1 % of the whole is less than a megabyte.
             "--set", "replay.capacity=3000",
             # What is written at the end is all that is written after the start.
             "--set", "record.weights_every_episodes=0", "--set", "checkpoint.every_minutes=0"],
            stdout=subprocess.DEVNULL)
        early = late = 0
        end = f"run/checkpoints/step_{self.steps:09}*"
        while process.poll() is None and not list(self.folder.glob(end)):
            late = resident_bytes(process.pid)
            if early == 0 and self.newest_step() >= self.early_steps:
                early = late
            time.sleep(0.05)
        self.assertEqual(process.wait(), 0)
        print(f"resident after {self.early_steps} steps: {early / 1e6:.2f} MB, "
              f"at {self.steps}: {late / 1e6:.2f} MB, ratio {late / early:.4f}")
        self.assertLess(abs(late / early - 1), 0.01)

    def newest_step(self):
        try:
            rows = program.episodes(self.folder / "run")
        except FileNotFoundError:
            return 0
        return int(rows[-1]["step"]) if rows else 0


if __name__ == "__main__":
    ConstantMemory.early_steps, ConstantMemory.steps = map(int, sys.argv[1:3])
    result = unittest.TextTestRunner().run(unittest.TestSuite([ConstantMemory()]))
    sys.exit(not result.wasSuccessful())
