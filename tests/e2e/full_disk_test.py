"""On a full disk, training continues or says why not, and can be resumed once there is room."""

import os
import shutil
import signal
import subprocess
import sys
import unittest

import program
from events import scalars
from program import LASTING, LASTING_PQN, ProgramTest, checkpoints, contents, episodes, settings

RUN = ["train", "--preset", "cartpole", "--checkpoint-every", 1000,
       *settings("train.learning_starts=500", "replay.capacity=5000", "record.progress_every_steps=100")]
# Mounts are made in a namespace of the test's own, where any user may, and go with it.
NAMESPACE = ["unshare", "--map-root-user", "--mount"]


def fill(disk):
    """Fills the disk with a file; returns its path."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


class FullDisk(ProgramTest):
    run_command = [*RUN, *LASTING]

    def setUp(self):
        super().setUp()
        self.disk = self.mount("disk", "24m")
        self.run_folder, self.log = self.disk / "run", self.folder / "log"
        self.never = self.folder / "never"

    def mount(self, name, size):
        path = self.folder / name
        path.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "arcadeq", path], check=True)
        self.addCleanup(subprocess.run, ["umount", path], check=True)
        return path

    def start(self, *arguments):
        with self.log.open("w") as log:
            process = subprocess.Popen([program.ARCADEQ, *map(str, [*self.run_command, *arguments])],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self, *words):
        text = self.log.read_text()
        return all(word in text for word in words)

    def fill_in_the_midst(self, process):
        """Waits until there is a checkpoint after some learning."""
        self.wait_until(lambda: len(checkpoints(self.run_folder)) == 2, process)
        process.send_signal(signal.SIGSTOP)
        ballast = fill(self.disk)
        process.send_signal(signal.SIGCONT)
        return ballast

    def test_to_the_end_of_a_run(self):
        self.succeed(*self.run_command, "--out", self.never, "--steps", 12000)
        process = self.start("--out", self.run_folder, "--steps", 12000)
        ballast = self.fill_in_the_midst(process)
        self.assertEqual(process.wait(), 2, self.log.read_text())
        self.assertTrue(self.said("episodes.csv: No space left on device",
                                  "the run continues without this output",
                                  "the checkpoint of step 12000 was not written",
                                  "weights not written"))
        self.assertIn("good", self.succeed("inspect", self.run_folder))
        self.assertNotIn("unusable", self.succeed("inspect", self.run_folder))
        self.assertEqual(list((self.run_folder / "checkpoints").glob("*.partial")), [])

        before = contents(self.run_folder)
        self.refuse("train", "--resume", self.run_folder, saying="No space left on device")
        self.assertEqual(contents(self.run_folder), before)

        ballast.unlink()
        self.succeed("train", "--resume", self.run_folder)
        self.assert_same_run(self.run_folder, self.never)

    def test_for_a_while(self):
        """What could not be shown of that time is missing from the curves, and nothing is there twice."""
        self.succeed(*self.run_command, "--out", self.never, "--steps", 31000)
        process = self.start("--out", self.run_folder, "--steps", 30000)
        ballast = self.fill_in_the_midst(process)
        self.wait_until(lambda: self.said("events.out", "episodes.csv: No space", "was not written"),
                        process)
        process.send_signal(signal.SIGSTOP)
        ballast.unlink()
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(), 0, self.log.read_text())
        self.assertTrue(self.said("checkpoint written to"))

        copy = self.folder / "copy"
        shutil.copytree(self.run_folder, copy)
        for run, ends in [(self.run_folder, [31000]), (copy, [30400, 31000])]:
            for end in ends:
                self.succeed("train", "--resume", run, "--steps", end)
                if end < 31000:  # as if it had been killed before its last checkpoint
                    shutil.rmtree(checkpoints(run)[-1])
            self.assertEqual(self.hashes(run), self.hashes(self.never))
            numbers = [int(row["episode"]) for row in episodes(run)]
            self.assertEqual(numbers, sorted(set(numbers)))
            self.assertLess(len(numbers), len(episodes(self.never)))
            for tag, points in scalars(run).items():
                at = [step for step, _ in points]
                self.assertEqual(at, sorted(set(at)), tag)
            self.assertEqual(scalars(run)["policy/epsilon"][-1],
                             scalars(self.never)["policy/epsilon"][-1])

    def test_of_the_videos(self):
        filming = [*self.run_command, "--set", "record.gif_every_episodes=10"]
        self.succeed(*filming, "--out", self.never, "--steps", 2000)
        self.succeed(*filming, "--out", self.run_folder, "--steps", 1000)
        fill(self.mount("disk/run/videos", "4k"))
        output = self.succeed("train", "--resume", self.run_folder, "--steps", 2000)
        self.assertRegex(output, r"videos/\w+\.gif.*: No space left on device; the run continues")
        self.assert_same_run(self.run_folder, self.never)


class FullDiskUnderPqn(FullDisk):
    run_command = [*RUN, *LASTING_PQN]


def may_mount():
    return subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0


if __name__ == "__main__":
    if os.environ.get("ARCADEQ_MAY_MOUNT"):
        unittest.main()
    elif may_mount():
        os.environ["ARCADEQ_MAY_MOUNT"] = "1"
        os.execvp(NAMESPACE[0], [*NAMESPACE, sys.executable, *sys.argv])
    print("skipped: a small disk cannot be mounted here")
    sys.exit(77)
