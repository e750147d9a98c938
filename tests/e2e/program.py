"""Runs the program under test, whose path is in the environment variable ARCADEQ."""

import csv
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest
from unittest import mock

from events import scalars

ARCADEQ = os.environ.get("ARCADEQ", "arcadeq")
SANITIZED = bool(os.environ.get("ARCADEQ_SANITIZE"))


def settings(*assignments):
    """The command line's options for them."""
    return [argument for assignment in assignments for argument in ("--set", assignment)]


# In place of the DQN of the presets `catch` and `cartpole`; each is learnt in seconds. With fewer random actions, or less
# of the longer returns, one seed in 10 to 50 fails on CartPole: once the pole stands still, nothing shows the agent how
# to recover. With these none of 150 does.
PQN = [*settings("agent.algorithm=pqn", "agent.loss=squared", "agent.lambda=0.95", "agent.rollout_steps=32",
                 "agent.epochs=4", "network.normalisation=channels", "optimizer.algorithm=radam",
                 "optimizer.learning_rate=1e-3", "optimizer.learning_rate_decay_updates=0",
                 "optimizer.learning_rate_decay_share=1", "optimizer.max_grad_norm=10",
                 "policy.epsilon_decay_share=0.2", "policy.epsilon_end=0.2", "train.batch_size=64"), "--envs", 16]
# Windows of 100 steps, and schedules that do not depend on where a run is to end.
SHORT_PQN = [*PQN, *settings("agent.rollout_steps=25", "train.schedule_steps=10000"), "--envs", 4]
# The presets for Atari games with 4 environments and a small network: of `laptop`, the default, with an update every 8
# steps from the 50th on; of `pqn` with windows of 32 steps.
SHORT_DEFAULT = [*settings("network.hidden=16", "train.schedule_steps=10000", "train.learning_starts=50",
                           "train.update_period=8", "train.batch_size=8", "replay.capacity=2000"), "--envs", 4]
SHORT_LAPTOP = ["--preset", "laptop", *SHORT_DEFAULT]
SHORT_ATARI_PQN = ["--preset", "pqn", *settings("agent.rollout_steps=8", "agent.epochs=4", "network.hidden=16",
                                                "train.schedule_steps=10000"), "--envs", 4]
# For tests that interrupt a run on CartPole: its updates must take a while, but not minutes when a
# sanitizer makes them 20 times slower.
LASTING = settings("train.batch_size=" + ("32" if SANITIZED else "256"))
LASTING_PQN = [*SHORT_PQN, *settings("agent.epochs=" + ("10" if SANITIZED else "100"))]


def arcadeq(*arguments, env=None, **options):
    """Runs a command to completion; returns the completed process with text output."""
    return subprocess.run(
        [ARCADEQ, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        **options,
    )


def start(*arguments, ignoring=(), **options):
    """Starts a command with its output in pipes; it ignores exactly those signals, whatever the test inherited."""
    def set_signals():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN if number in ignoring else signal.SIG_DFL)

    return subprocess.Popen([ARCADEQ, *map(str, arguments)], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=set_signals, **options)


def catch_plan(out, steps):
    """A plan for `sweep`: two variants with two seeds each, evaluated by four games."""
    return f"""preset = "catch"
out = "{out}"
seeds = [1, 2]
[settings]
train.steps = {steps}
train.learning_starts = 100
replay.capacity = 500
[evaluation]
episodes = 4
[variants.base]
[variants.low]
agent.gamma = 0.5
"""


def contents(folder):
    """{path: bytes} of all files below a folder except the lock, to check that nothing changed."""
    return {path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def checkpoints(run):
    """A run's checkpoints, oldest first."""
    return sorted((pathlib.Path(run) / "checkpoints").glob("step_*[0-9]"))


def episodes(run):
    """The rows of a run's episodes.csv."""
    with open(pathlib.Path(run) / "episodes.csv", newline="") as file:
        return list(csv.DictReader(file))


class ProgramTest(unittest.TestCase):
    """A test with its own folder, self.folder, which is removed afterwards.

    It fails if the address or thread sanitizer reports something, even if no exit code is checked.
    """

    def setUp(self):
        self.folder = self.make_folder()
        reports = self.make_folder()
        self.enterContext(mock.patch.dict(os.environ, {
            name: f"{os.environ.get(name, '')}:log_path={reports}/report"
            for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"]}))
        self.addCleanup(self.check_reports, reports)

    def make_folder(self):
        return pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="arcadeq-")))

    def check_reports(self, folder):
        for report in folder.iterdir():
            self.fail(report.read_text())

    def succeed(self, *arguments, **options):
        done = arcadeq(*arguments, **options)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def refuse(self, *arguments, saying, **options):
        """The command must exit with code 2 and one line on stderr that contains the given texts."""
        done = arcadeq(*arguments, **options)
        self.assertEqual(done.returncode, 2, f"{arguments}\n{done.stdout}\n{done.stderr}")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for words in [saying] if isinstance(saying, str) else saying:
            self.assertIn(words, done.stderr)
        return done

    def wait_until(self, condition, process=None):
        """Waits at most five minutes, for busy machines; `process` must not end meanwhile."""
        end = time.monotonic() + 300
        while time.monotonic() < end:
            if condition():
                return
            if process is not None and process.poll() is not None:
                self.fail("it ended early: %s\n%s" % process.communicate())
            time.sleep(0.01)
        self.fail("waited in vain")

    def hashes(self, run):
        return self.succeed("inspect", run, "--hash")

    def newest_step(self, run):
        """The hashes of the newest good checkpoint."""
        return int(self.hashes(run).split()[1])

    def assert_ends_as_in_one_go(self, run, resume, options):
        """Resumes the run for 500 steps by the command `resume` and compares it with a new one; returns its end."""
        end = self.newest_step(run) + 500
        self.succeed(*resume, "--steps", end)
        never = self.folder / "never"
        self.succeed("train", "--out", never, *options, "--steps", end)
        self.assert_same_run(run, never)
        return end

    def assert_same_run(self, run, other):
        """Everything that does not depend on the machine's speed: the newest checkpoints, rows, curves."""
        self.assertEqual(self.hashes(run), self.hashes(other))
        self.assertEqual(*[[{key: value for key, value in row.items() if key != "wall_seconds"}
                            for row in episodes(each)] for each in (run, other)])
        curves = [{tag: points for tag, points in scalars(each).items()
                   if not tag.startswith(("speed/", "memory/"))} for each in (run, other)]
        self.assertGreater(len(curves[0]), 5)
        self.assertEqual(*curves)

    def evaluate(self, run, *arguments):
        return json.loads(self.succeed("evaluate", run, "--json", *arguments))
