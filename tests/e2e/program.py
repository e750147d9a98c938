"""Runs the program under test; the path to it is in the environment variable ARCADEQ."""

import csv
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ARCADEQ = os.environ.get("ARCADEQ", "arcadeq")


def arcadeq(*arguments, env=None, cwd=None):
    """Runs a command to its end; returns the completed process with text output."""
    return subprocess.run(
        [ARCADEQ, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        cwd=cwd,
    )


def episodes(run):
    """The rows of a run's episodes.csv."""
    with open(pathlib.Path(run) / "episodes.csv", newline="") as file:
        return list(csv.DictReader(file))


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, self.folder, that is removed afterwards."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="arcadeq-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def succeed(self, *arguments, **options):
        done = arcadeq(*arguments, **options)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def refuse(self, *arguments, saying, **options):
        """The command must end with exit code 2 and one line on stderr that says the given things."""
        done = arcadeq(*arguments, **options)
        self.assertEqual(done.returncode, 2, f"{arguments}\n{done.stdout}\n{done.stderr}")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for words in [saying] if isinstance(saying, str) else saying:
            self.assertIn(words, done.stderr)
        return done

    def evaluate(self, run, *arguments):
        return json.loads(self.succeed("evaluate", run, "--json", *arguments))
