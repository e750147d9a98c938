"""The statistics of the comparison, the order of its measurements, and its verdict.

usage: compare_revisions_test.py
"""

import contextlib
import io
import json
import math
import pathlib
import random
import subprocess
import tempfile
import unittest
from unittest import mock

import compare_revisions
import revisions
from compare_revisions import Unmeasured, measurements
from ratios import Ratio, Verdict, ratio


def quietly(function, *arguments):
    with contextlib.redirect_stderr(io.StringIO()):
        return function(*arguments)


class RatioTest(unittest.TestCase):
    def test_a_known_interval(self):
        # Logarithms -0.1, 0, 0.1: mean 0, deviation 0.1, t(2) = 4.303.
        found = ratio([(1, math.exp(x)) for x in (-0.1, 0.0, 0.1)])
        margin = 4.303 * 0.1 / math.sqrt(3)
        self.assertAlmostEqual(found.value, 1)
        self.assertAlmostEqual(found.low, math.exp(-margin))
        self.assertAlmostEqual(found.high, math.exp(margin))

    def test_swapping_the_revisions_inverts_it(self):
        pairs = [(10, 11), (20, 23), (5, 5.2)]
        there, back = ratio(pairs), ratio([(new, old) for old, new in pairs])
        self.assertAlmostEqual(there.value * back.value, 1)
        self.assertAlmostEqual(there.low * back.high, 1)

    def test_noise_that_both_of_a_pair_share_does_not_widen_it(self):
        found = ratio([(load, 1.05 * load) for load in (1, 7, 3, 20)])
        self.assertAlmostEqual(found.low, 1.05)
        self.assertAlmostEqual(found.high, 1.05)

    def test_intervals_hold_the_truth_95_times_in_100(self):
        draw = random.Random(1)
        for count in (2, 4, 10, 60):
            hits = 0
            for _ in range(1000):
                pairs = [(1, 1.1 * math.exp(draw.gauss(0, 0.05))) for _ in range(count)]
                found = ratio(pairs)
                hits += found.low <= 1.1 <= found.high
            self.assertAlmostEqual(hits / 1000, 0.95, delta=0.02, msg=f"{count} pairs")

    def test_verdicts(self):
        for low, high, verdict in (
            (1.021, 1.3, Verdict.SLOWER),
            (1.02, 1.3, Verdict.UNCLEAR),
            (0.9, 1.1, Verdict.UNCLEAR),
            (0.99, 1.02, Verdict.SAME),
            (1.001, 1.01, Verdict.SAME),
            (0.9, 0.99, Verdict.FASTER),
        ):
            self.assertIs(Ratio((low + high) / 2, low, high).verdict, verdict)


class MeasureTest(unittest.TestCase):
    def setUp(self):
        self.turns = []

    def subject(self, name, reports):
        """`reports`: {build: its report, or the failure}"""

        def run(build):
            self.turns.append(name + build)
            if isinstance(reports[build], Exception):
                raise reports[build]
            return reports[build]

        return measurements.Measurement(name, run)

    def measure(self, *subjects, rounds=2):
        return quietly(compare_revisions.measure, subjects, ("-old", "-new"), rounds)

    def test_alternates_which_revision_goes_first(self):
        reports = {"-old": {"x": 1, "y": 3}, "-new": {"x": 2, "y": 4}}
        results, missing = self.measure(self.subject("a", reports), self.subject("b", {"-old": {}, "-new": {}}))
        self.assertEqual(self.turns, ["a-old", "a-new", "b-old", "b-new", "a-new", "a-old"])
        self.assertEqual(results, {"x": [(1, 2), (1, 2)], "y": [(3, 4), (3, 4)]})
        self.assertEqual(missing, ["missing: neither revision has benchmarks of b"])

    def test_compares_by_name_and_says_what_is_missing(self):
        reports = {"-old": {"both": 1, "gone": 1}, "-new": {"both": 1, "come": 1}}
        results, missing = self.measure(self.subject("a", reports))
        self.assertEqual(list(results), ["both"])
        self.assertEqual(
            missing, ["missing: the new revision has no gone", "missing: the old revision has no come"]
        )

    def test_leaves_out_a_program_that_fails(self):
        failing = self.subject("a", {"-old": Unmeasured("ended with 2: no such setting"), "-new": {"x": 1}})
        results, missing = self.measure(failing, self.subject("b", {"-old": {"y": 1}, "-new": {"y": 1}}))
        self.assertEqual(list(results), ["y"])
        self.assertEqual(missing, ["not measured: a of the old revision: ended with 2: no such setting"])
        self.assertEqual(self.turns.count("a-old"), 1)

    def test_a_program_that_was_not_built_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            subjects = measurements.measurements(1, quick=True)
            results, missing = quietly(compare_revisions.measure, subjects, [pathlib.Path(folder)] * 2, 2)
        self.assertEqual(results, {})
        self.assertEqual(len(missing), len(subjects))


class ReportsTest(unittest.TestCase):
    """What the programs print, read by name."""

    def run_with(self, name, program, output):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "bench" / program
            path.parent.mkdir()
            path.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\n")
            path.chmod(0o755)
            subject = next(each for each in measurements.measurements(2, quick=True) if each.name == name)
            return subject.run(pathlib.Path(folder))

    def test_of_google_benchmark(self):
        entries = [
            {"name": "Append", "real_time": 5.0, "time_unit": "us"},
            {"name": "Sample", "real_time": 2.0, "time_unit": "ms"},
            {"name": "Skipped", "real_time": 0.0, "time_unit": "ms", "error_occurred": True},
        ]
        found = self.run_with("replay", "replay_bench", json.dumps({"benchmarks": entries}))
        self.assertEqual(found, {"Append": 5e-3, "Sample": 2.0})
        with self.assertRaisesRegex(Unmeasured, "prints no report"):
            self.run_with("replay", "replay_bench", "")

    def test_of_updates(self):
        cases = [
            {"frames": "Space Invaders", "threads": 2, "milliseconds": 8.5},
            {"frames": "random bytes", "threads": 2, "milliseconds": 9.5},
        ]
        found = self.run_with("update/nature", "learner_bench", json.dumps(cases))
        self.assertEqual(found, {"update/nature/threads:2": 8.5})


class VerdictTest(unittest.TestCase):
    def test_fails_where_one_is_surely_slower(self):
        results = {"same": [(1, 1), (1, 1)], "slow": [(1, 1.1), (1, 1.11)], "noisy": [(1, 2), (1, 1)]}
        self.assertEqual(
            compare_revisions.verdict(results), ("verdict: SLOWER, with the whole interval above 1.02: slow", 1)
        )
        del results["slow"]
        line, status = compare_revisions.verdict(results)
        self.assertEqual(status, 0)
        self.assertIn("none of 2 intervals lies wholly above 1.02, but 1 are too wide", line)
        del results["noisy"]
        self.assertNotIn("too wide", compare_revisions.verdict(results)[0])
        self.assertEqual(compare_revisions.verdict({})[1], 2)

    def test_a_row_for_each_benchmark(self):
        table = compare_revisions.as_table({"update": [(10, 11), (10, 11)]})
        self.assertIn("| update | 10 | 11 | 1.100 | 1.100 - 1.100 | slower |", table)


class RevisionsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name, value in (("ROOT", self.root), ("HOME", self.root / "build" / "compare")):
            patch = mock.patch.object(revisions, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.git("init", "--quiet")
        (self.root / "file").write_text("committed")
        self.git("add", "file")
        self.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--message=x")

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.root, *arguments], check=True)

    def test_names(self):
        self.assertEqual(revisions.resolve(".").key, revisions.WORKING_TREE)
        self.assertEqual(len(revisions.resolve("HEAD").key), 40)
        for name in ("nonsense", "--help", ""):
            with self.assertRaisesRegex(revisions.BuildError, f"there is no revision {name}"):
                revisions.resolve(name)

    def test_checks_out_what_was_committed(self):
        (self.root / "file").write_text("changed since")
        commit = revisions.resolve("HEAD").key
        folder = revisions.HOME / commit
        folder.with_suffix(".partial").mkdir(parents=True)  # from one that was interrupted
        (folder.with_suffix(".partial") / "rubbish").touch()
        revisions._check_out(commit, folder)
        self.assertEqual([path.name for path in folder.iterdir()], ["file"])
        self.assertEqual((folder / "file").read_text(), "committed")

    def test_keeps_only_the_builds_that_are_compared(self):
        kept = revisions.resolve("HEAD")
        for name in (kept.key, "0" * 40):
            (revisions.HOME / name).mkdir(parents=True)
        revisions.remove_others((kept, revisions.resolve(".")))
        self.assertEqual([path.name for path in revisions.HOME.iterdir()], [kept.key])


if __name__ == "__main__":
    unittest.main()
