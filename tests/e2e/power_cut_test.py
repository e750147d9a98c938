"""A run whose machine loses power again and again, at any moment, ends like one without power cuts.

    ARCADEQ=build/release/src/app/arcadeq \\
      python3 tests/e2e/power_cut_test.py build/release/tests/libpower_cut.so cartpole 100 [SEED]

cuts the power 100 times; power_cut.cc determines what is left of the files each time. No checkpoint
may be lost once the next one has been started. Finally the run is resumed to its end and compared with an
uninterrupted run of the same length.
"""

import os
import random
import shutil
import signal
import sys
import unittest

from program import SHORT_ATARI_PQN, SHORT_LAPTOP, SHORT_PQN, ProgramTest, arcadeq, checkpoints, settings

RUNS = {
    "cartpole": ["--preset", "cartpole", "--checkpoint-every", 200,
                 *settings("replay.capacity=3000", "train.learning_starts=300", "train.batch_size=32")],
    "tutorial": ["--preset", "tutorial", "--checkpoint-every", 50,
                 *settings("replay.capacity=1000", "train.learning_starts=300", "network.hidden=16",
                           "train.batch_size=8", "record.gif_every_episodes=1")],
    "cartpole_pqn": ["--preset", "cartpole", "--checkpoint-every", 200, *SHORT_PQN],
    "laptop": [*SHORT_LAPTOP, "--checkpoint-every", 64, "--set", "record.gif_every_episodes=1"],
    "atari_pqn": [*SHORT_ATARI_PQN, "--checkpoint-every", 64],
}
CALLS = 150  # to the disk, between two cuts at most; some checkpoints


class PowerCut(ProgramTest):
    library, name, cuts, seed = "libpower_cut.so", "cartpole", 10, 1

    def runTest(self):
        self.leaves = self.folder / "leaves"
        self.chance = random.Random(self.seed)
        options = [*RUNS[self.name], "--set", "record.progress_every_steps=50"]
        disk = self.folder / "disk"
        disk.mkdir()
        run = disk / "runs" / "one"
        begin = ["train", "--out", run, *options, "--steps", 10 ** 9]
        safe = None  # the step of a checkpoint that must be there
        for _ in range(self.cuts):
            command = begin if safe is None else ["train", "--resume", run]
            if safe is None:
                shutil.rmtree(disk / "runs", ignore_errors=True)
            is_damaged = len(checkpoints(run)) > 1 and self.chance.random() < 0.2
            if is_damaged:
                self.damage_newest(run)
            self.run_until_cut(disk, command)
            written = [int(checkpoint.name[5:]) for checkpoint in checkpoints(run)]
            # The damaged one may be older than new ones that are not on disk yet.
            if len(written) > 1 and not is_damaged:
                safe = written[-2]
            shutil.rmtree(disk)
            self.leaves.rename(disk)
            if safe is not None:
                self.assertGreaterEqual(self.newest_step(run), safe)
        self.assertIsNotNone(safe, "each cut came before there were two checkpoints")
        end = self.assert_ends_as_in_one_go(run, ["train", "--resume", run], options)
        print(f"{self.name}: {self.cuts} power cuts in a run of {end} steps")

    def run_until_cut(self, disk, command):
        """Leaves the contents of the disk in self.leaves."""
        done = arcadeq(*command, env={
            "LD_PRELOAD": self.library,
            "POWER_CUT_DISK": str(disk),
            "POWER_CUT_AFTER": str(self.chance.randint(1, CALLS)),
            "POWER_CUT_SEED": str(self.chance.randrange(2 ** 32)),
            "POWER_CUT_LEAVES": str(self.leaves)})
        self.assertEqual(done.returncode, -signal.SIGKILL, done.stdout + done.stderr)

    def damage_newest(self, run):
        """Damages a checkpoint, so that the run resumes from the previous one and replaces this one."""
        state = checkpoints(run)[-1] / "trainer.state"
        content = state.read_bytes()
        state.unlink()
        state.write_bytes(content[:-1])


if __name__ == "__main__":
    PowerCut.library, PowerCut.name = os.path.abspath(sys.argv[1]), sys.argv[2]
    PowerCut.cuts = int(sys.argv[3])
    if len(sys.argv) > 4:
        PowerCut.seed = int(sys.argv[4])
    result = unittest.TextTestRunner().run(unittest.TestSuite([PowerCut()]))
    sys.exit(not result.wasSuccessful())
