"""A run that is killed again and again, at any moment, ends as the run that never was.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/soak_test.py cartpole 100 [SEED [STEPS]]

kills (SIGKILL) and resumes the run so many times, then compares the hashes of weights, optimiser,
replay and environments, the rows of episodes.csv, and every point of every curve.
"""

import random
import subprocess
import sys
import time
import unittest

import program
from program import ProgramTest, arcadeq

# Steps, and settings that make a run of some seconds; saved so often that many kills hit a save.
RUNS = {
    "cartpole": (12000, ["--set", "replay.capacity=5000", "--set", "train.learning_starts=500",
                         "--set", "train.batch_size=32"]),
    "catch": (6000, ["--set", "replay.capacity=3000", "--set", "train.learning_starts=500",
                     "--envs", 3]),
    "space_invaders": (2500, ["--set", "replay.capacity=1500", "--set", "train.learning_starts=500",
                              "--set", "network.hidden=32", "--set", "train.update_period=4"]),
}


class Soak(ProgramTest):
    game, kills, seed, steps = "cartpole", 10, 1, None

    def runTest(self):
        steps, settings = RUNS[self.game]
        steps = self.steps or steps * max(1, self.kills // 20)
        never, killed = self.folder / "never", self.folder / "killed"
        options = ["--game", self.game, "--steps", steps, "--checkpoint-every", max(steps // 60, 1),
                   "--set", "record.progress_every_steps=50", *settings]
        began = time.monotonic()
        self.succeed("train", "--out", never, *options)
        seconds = time.monotonic() - began
        began = time.monotonic()
        self.succeed("train", "--resume", never)  # nothing is left to do
        start_up = time.monotonic() - began

        chance = random.Random(self.seed)
        command = ["train", "--out", killed, *options]
        begun = 0
        for kill in range(self.kills):
            # On the whole a little less than the run needs, so that it is killed as often as asked.
            limit = chance.uniform(0, 2) * (start_up + 0.8 * seconds / self.kills)
            if not self.killed_after(limit, command):
                break
            begun = kill + 1
            if self.has_checkpoint(killed):
                command = ["train", "--resume", killed, "--threads", chance.randint(1, 3)]
            else:
                subprocess.run(["rm", "-rf", killed], check=True)
        else:
            self.succeed(*command)
        print(f"{self.game}: {begun} kills in a run of {steps} steps and {seconds:.1f} s")
        self.assertGreater(begun, self.kills / 2)
        self.assert_same_run(killed, never)

    def killed_after(self, seconds, command):
        """Whether the program was still running then. It must not end in any other way but well."""
        process = subprocess.Popen([program.ARCADEQ, *map(str, command)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        self.assertEqual(process.returncode, 0, errors)
        return False

    @staticmethod
    def has_checkpoint(run):
        return arcadeq("inspect", run, "--hash").returncode == 0


if __name__ == "__main__":
    Soak.game, Soak.kills = sys.argv[1], int(sys.argv[2])
    if len(sys.argv) > 3:
        Soak.seed = int(sys.argv[3])
    if len(sys.argv) > 4:
        Soak.steps = int(sys.argv[4])
    result = unittest.TextTestRunner().run(unittest.TestSuite([Soak()]))
    sys.exit(not result.wasSuccessful())
