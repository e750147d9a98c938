"""A run that is killed again and again, at any moment, ends like one that was never killed.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/soak_test.py cartpole 100 [SEED]

kills (SIGKILL) and resumes a run 100 times, lets it finish, and compares the hashes of
weights, optimiser, replay and environments, the rows of episodes.csv, and every point of every curve
with those of an uninterrupted run of the same length.
"""

import random
import shutil
import subprocess
import sys
import time
import unittest

from program import SHORT_ATARI_PQN, SHORT_LAPTOP, SHORT_PQN, ProgramTest, checkpoints, settings, start

# Saves so often that many kills hit a save.
RUNS = {
    "cartpole": ["--preset", "cartpole", "--checkpoint-every", 500,
                 *settings("replay.capacity=5000", "train.learning_starts=500", "train.batch_size=32")],
    "catch": ["--preset", "catch", "--checkpoint-every", 100, "--envs", 3,
              *settings("replay.capacity=3000", "train.learning_starts=500")],
    "tutorial": ["--preset", "tutorial", "--checkpoint-every", 50,
                 *settings("replay.capacity=1500", "train.learning_starts=500", "network.hidden=32",
                           "train.update_period=4")],
    "cartpole_pqn": ["--preset", "cartpole", "--checkpoint-every", 500, *SHORT_PQN],
    "catch_pqn": ["--preset", "catch", "--checkpoint-every", 100, *SHORT_PQN],
    "laptop": [*SHORT_LAPTOP, "--checkpoint-every", 64],
    "atari_pqn": [*SHORT_ATARI_PQN, "--checkpoint-every", 64],
}
SECONDS = 0.2  # of training between two kills, on the whole


class Soak(ProgramTest):
    name, kills, seed = "cartpole", 10, 1

    def runTest(self):
        killed = self.folder / "killed"
        options = [*RUNS[self.name], "--set", "record.progress_every_steps=50"]
        chance = random.Random(self.seed)
        start_up = self.start_up(options)
        begin = ["train", "--out", killed, *options, "--steps", 10 ** 9]
        command = begin
        for _ in range(self.kills):
            self.kill_after(chance.uniform(0, 2 * (start_up + SECONDS)), command)
            if checkpoints(killed):
                command = ["train", "--resume", killed, "--threads", chance.randint(1, 3)]
            else:  # it was killed before its first save
                shutil.rmtree(killed, ignore_errors=True)
                command = begin
        self.assertTrue(checkpoints(killed), "no kill came after a save")
        end = self.assert_ends_as_in_one_go(killed, command, options)
        print(f"{self.name}: {self.kills} kills in a run of {end} steps")

    def start_up(self, options):
        """The time to resume a run, in seconds; the least of three, since a hiccup of the machine
        would make every kill come late."""
        run = self.folder / "first"
        self.succeed("train", "--out", run, *options, "--steps", 100)

        def seconds():
            began = time.monotonic()
            self.succeed("train", "--resume", run)  # nothing is left to do
            return time.monotonic() - began

        return min(seconds() for _ in range(3))

    def kill_after(self, seconds, command):
        process = start(*command)
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        else:
            self.fail(f"it exited by itself: {output}\n{errors}")


if __name__ == "__main__":
    Soak.name, Soak.kills = sys.argv[1], int(sys.argv[2])
    if len(sys.argv) > 3:
        Soak.seed = int(sys.argv[3])
    result = unittest.TextTestRunner().run(unittest.TestSuite([Soak()]))
    sys.exit(not result.wasSuccessful())
