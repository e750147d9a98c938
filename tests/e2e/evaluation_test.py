"""`arcadeq evaluate`: its protocols, figures and files, whatever it computes with."""

import csv
import json
import os
import pty
import statistics
import subprocess
import unittest

import program
from program import SHORT_LAPTOP, ProgramTest

ATARI = ["train", *SHORT_LAPTOP, "--steps", 32, "--set", "env.max_frames=400"]


class Evaluation(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def train(self, *command):
        self.succeed(*command, "--out", self.run_folder)

    def test_does_not_depend_on_environments_or_threads(self):
        self.train("train", "--game", "catch", "--steps", 50)
        command = ["evaluate", self.run_folder, "--json", "--episodes", 70, "--epsilon", 0.3]
        expected = self.succeed(*command)
        self.assertGreater(len(set(json.loads(expected)["scores"])), 1)
        for envs in [1, 8, 64]:
            for threads in [1, 2]:
                with self.subTest(envs=envs, threads=threads):
                    self.assertEqual(self.succeed(*command, "--envs", envs, "--threads", threads), expected)

    def test_figures(self):
        self.train(*ATARI)
        table = self.folder / "games.csv"
        result = self.evaluate(self.run_folder, "--episodes", 6, "--csv", table)
        with open(table, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["game"] for row in rows], ["1", "2", "3", "4", "5", "6"])
        self.assertEqual([float(row["score"]) for row in rows], result["scores"])
        for column in ["steps", "frames"]:
            self.assertEqual(sum(int(row[column]) for row in rows), result[column])
        self.assertEqual([row["truncated"] for row in rows], ["1"] * 6)
        self.assertEqual(result["truncated_episodes"], 6)

        mean = statistics.mean(result["scores"])
        self.assertAlmostEqual(result["mean"], mean)
        self.assertAlmostEqual(result["human_normalised"], (mean - 148) / (1668.7 - 148))
        low, high = result["interval_95"]
        self.assertTrue(min(result["scores"]) <= low <= mean <= high <= max(result["scores"]))
        self.assertEqual(result["training_frames"], 128)
        self.assertEqual(result["published"], [])

        text = self.succeed("evaluate", self.run_folder, "--episodes", 6)
        self.assertIn(f"95 % interval of the mean {low:.1f} to {high:.1f} ", text)
        self.assertIn(f"human-normalised {100 * result['human_normalised']:.1f} % (random 148, human 1668.7)", text)
        self.assertIn("trained for about 128 frames\n", text)

    def test_protocols(self):
        self.train(*ATARI)
        games = {}
        for protocol, words, epsilon in [
                ("training", "at most 400 frames", None),
                ("sticky", "sticky actions 0.25, no no-ops, at most 108,000 frames", 0.001),
                ("noop", "no sticky actions, up to 30 no-ops, at most 108,000 frames", 0.05),
                ("noop-low-epsilon", "no sticky actions, up to 30 no-ops, at most 108,000 frames", 0.001)]:
            with self.subTest(protocol):
                result = self.evaluate(self.run_folder, "--episodes", 2, "--protocol", protocol)
                self.assertEqual(result["protocol"], protocol)
                self.assertIn(words, result["games"])
                if epsilon is not None:
                    self.assertEqual(result["epsilon"], epsilon)
                games[protocol] = result["frames"], result["truncated_episodes"]
        self.assertEqual(games["training"][1], 2)
        for protocol in ["sticky", "noop", "noop-low-epsilon"]:
            self.assertEqual(games[protocol][1], 0, "the cap is still that of the run")
        self.assertEqual(len(set(games.values())), 4, games)
        explicit = self.evaluate(self.run_folder, "--episodes", 1, "--protocol", "noop", "--epsilon", 1)
        self.assertEqual(explicit["epsilon"], 1)
        self.assertIn("protocol noop: no sticky actions, ", self.succeed(
            "evaluate", self.run_folder, "--episodes", 1, "--protocol", "noop"))

    def test_progress_is_for_terminals(self):
        self.train("train", "--game", "catch", "--steps", 50)
        command = [program.ARCADEQ, "evaluate", str(self.run_folder), "--episodes", "5", "--epsilon", "0.5"]
        terminal, theirs = pty.openpty()
        self.addCleanup(os.close, terminal)
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True,
                              env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        shown = os.read(terminal, 65536).decode()
        self.assertIn("0 of 5 games", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)
        piped = program.arcadeq(*command[1:])
        self.assertEqual((piped.stderr, piped.stdout), ("", done.stdout))


if __name__ == "__main__":
    unittest.main()
