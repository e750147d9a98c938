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
from program import SHORT_PQN, ProgramTest, settings


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return 1024 * int(line.split()[1])
    return 0


class ConstantMemory(ProgramTest):
    # By then, the replay of each run is full.
    early_steps = 0
    steps = 0

    def test_of_the_tutorial(self):
        # Small, so that 1 % of the whole is less than a megabyte.
        self.check("--preset", "tutorial", *settings("train.learning_starts=1000", "replay.capacity=1500"))

    def test_of_the_laptop_preset(self):
        # Its windows must divide the number of steps.
        self.check("--preset", "laptop", "--envs", 2, *settings("train.learning_starts=1000", "replay.capacity=1500",
                                                                "train.update_period=40"))

    def test_of_the_pqn_preset(self):
        self.check("--preset", "pqn", "--envs", 2, *settings("agent.rollout_steps=16"))

    def check(self, *options):
        process = subprocess.Popen(
            [program.ARCADEQ, "train", "--out", str(self.folder / "run"), "--steps", str(self.steps),
             *map(str, options),
             # What is written at the end is all that is written after the start.
             *settings("record.weights_every_episodes=0", "checkpoint.every_minutes=0")],
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


# Address space of the shared libraries in MB, most of it FFmpeg's.
LIBRARIES = 180


class LittleMemory(ProgramTest):
    """Runs under a limit on the address space, which counts as the available memory."""

    def train(self, megabytes, *arguments, name=""):
        out = self.folder / f"{megabytes}{name}"
        limit = ((LIBRARIES + megabytes) * 1_000_000,) * 2
        return program.arcadeq("train", "--threads", 2, "--steps", 1500, "--out", out, *arguments,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit))

    def test_cartpole_needs_little(self):
        for megabytes in [150, 250, 399]:
            for name, options in [("dqn", settings("train.learning_starts=500")), ("pqn", SHORT_PQN)]:
                done = self.train(megabytes, "--preset", "cartpole", *options, name=name)
                self.assertEqual(done.returncode, 0, f"{megabytes} MB, {name}: {done.stderr}")

    def test_refuses_what_is_too_large_and_states_the_sizes(self):
        rest = r"the rest of the run \(checkpoints .*, videos .*, other .*\)"
        rollout = "a rollout of {} steps in 64 environments and its window take .*"
        small_pqn = ["train.envs=64", "network.architecture=article", "network.hidden=256", "agent.loss=hl_gauss"]
        for preset, assignments, refusal in [
                ("tutorial", ["network.hidden=8192"],
                 rf"the network takes .* and {rest} .*MB of memory is available; make network.hidden smaller"),
                ("tutorial", ["replay.capacity=10000000"],
                 rf"a replay of \d+ frames takes .*MB of memory is available.*{rest}.*would fit"),
                ("pqn", [*small_pqn, "agent.rollout_steps=4096"],
                 rollout.format(4096) + "MB of memory is available"),
                ("pqn", [*small_pqn, "agent.rollout_steps=125"],
                 rollout.format(125) + f"which leaves .* but {rest} takes")]:
            done = self.train(400, "--preset", preset, *settings(*assignments))
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertRegex(done.stderr, refusal)
            self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    ConstantMemory.early_steps, ConstantMemory.steps = map(int, sys.argv[1:3])
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(LittleMemory)
    tests.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(ConstantMemory))
    result = unittest.TextTestRunner().run(tests)
    sys.exit(not result.wasSuccessful())
