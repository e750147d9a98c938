"""Training uses constant memory: the resident sizes early on and at the end differ by less than 1 %.
A run starts if there is enough memory for it, and is otherwise refused, stating the sizes.

    ARCADEQ=build/release/src/app/arcadeq python3 tests/e2e/memory_test.py 2000 20000
"""

import resource
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
             # Small, so that 1 % of the total is less than a megabyte.
             "--set", "replay.capacity=3000",
             # Writes nothing between the start and the end.
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


class LittleMemory(ProgramTest):
    """Runs under a limit on the address space, which counts as the available memory."""

    def train(self, megabytes, *arguments):
        out = self.folder / f"{megabytes}"
        limit = (megabytes * 1_000_000,) * 2
        return program.arcadeq("train", "--threads", 2, "--steps", 1500, "--out", out, *arguments,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit))

    def test_cartpole_needs_little(self):
        for megabytes in [150, 250, 399]:
            done = self.train(megabytes, "--game", "cartpole", "--set", "train.learning_starts=500")
            self.assertEqual(done.returncode, 0, f"{megabytes} MB: {done.stderr}")

    def test_refuses_what_is_too_large_and_states_the_sizes(self):
        rest = r"the rest of the run \(checkpoints .*, videos .*, other .*\)"
        for setting, refusal in [
                ("network.hidden=8192",
                 rf"the network takes .* and {rest} .*MB of memory are available; make network.hidden smaller"),
                ("replay.capacity=10000000",
                 rf"a replay of \d+ frames takes .*MB of memory are available.*{rest}.*would fit")]:
            done = self.train(400, "--game", "space_invaders", "--set", setting)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertRegex(done.stderr, refusal)


if __name__ == "__main__":
    ConstantMemory.early_steps, ConstantMemory.steps = map(int, sys.argv[1:3])
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(LittleMemory)
    tests.addTest(ConstantMemory())
    result = unittest.TextTestRunner().run(tests)
    sys.exit(not result.wasSuccessful())
